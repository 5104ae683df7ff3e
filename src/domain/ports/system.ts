/** The time now, as ISO 8601 in UTC. */
export type Clock = () => string;

/** Cryptographically secure random bytes. */
export type RandomBytes = (count: number) => Uint8Array;
