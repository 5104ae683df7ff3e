/** A command line; the first word is a program. */
export type CommandLine = readonly [string, ...string[]];

/** What the operating system accounts for one start of a program. */
export interface Used {
  /** CPU time. */
  readonly seconds: number;
  readonly megabytes: number;
}
