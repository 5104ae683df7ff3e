/** The values of a statement: each is handed to PostgreSQL as a parameter, never written into the text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** @returns where the statement's text refers to it: `$1` */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
