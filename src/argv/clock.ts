/** Prints the time of a host in whole seconds since 1970 (UTC). Works with BusyBox, too. */
export const unixTime: readonly [string, ...string[]] = ['date', '+%s'];
