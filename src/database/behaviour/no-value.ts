/** No value can be generated. The message gives the reason, in names only. */
export class NoValue extends Error {
  /** Whether the reason is that a table of the shipped schemas is missing. */
  readonly missing: boolean;

  constructor(message: string, { missing = false } = {}) {
    super(message);
    this.missing = missing;
  }
}
