/**
 * Keeps the end of an output of any length. If its beginning is dropped, the first line says so.
 */
export class KeptOutput {
  readonly #most: number;
  #parts: string[] = [];
  #length = 0;
  #left = 0;

  /** @param limit in characters */
  constructor(limit: number) {
    this.#most = limit;
  }

  add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length <= 2 * this.#most) return;
    const whole = this.#parts.join('');
    const from = whole.indexOf('\n', whole.length - this.#most) + 1 || whole.length - this.#most;
    this.#left += from;
    this.#parts = [whole.slice(from)];
    this.#length = whole.length - from;
  }

  /** Returns the output without the last line's end, as execa does. */
  text(): string {
    const heading = this.#left === 0 ? '' : `(${this.#left} characters before this are omitted)\n`;
    return heading + this.#parts.join('').replace(/\r?\n$/, '');
  }
}
