/** Prints as JSON by which address of its own a host talks to the internet (`prefsrc`); nothing is sent (iproute2). */
export const ownAddress: readonly [string, ...string[]] = ['ip', '-json', 'route', 'get', '1.1.1.1'];
