/** Prints the time of a host, in whole seconds since 1970 (UTC); BusyBox knows it too. */
export const unixTime: readonly [string, ...string[]] = ['date', '+%s'];
