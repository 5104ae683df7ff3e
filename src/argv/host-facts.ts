/** Prints the time of a host in whole seconds since 1970 (UTC). Works with BusyBox, too. */
export const unixTime: readonly [string, ...string[]] = ['date', '+%s'];

/** Prints as JSON the host's source address for the internet (`prefsrc`), without sending anything (iproute2). */
export const ownAddress: readonly [string, ...string[]] = ['ip', '-json', 'route', 'get', '1.1.1.1'];
