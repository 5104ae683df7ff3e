/** The values of a statement, which PostgreSQL gets as parameters and never in the text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** @returns the reference to the value for the text of the statement, such as `$1` */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
