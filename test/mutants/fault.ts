/** A fault that is planted into a copy of the sources, for a test to find. */
export interface Fault {
  readonly name: string;
  /** Path of the source file, from the checkout. */
  readonly file: string;
  /** For a file that is no JavaScript: the source whose tests run it. */
  readonly usedBy?: string;
  /** The test file that has to find it; default: any that executes the source file. */
  readonly foundBy?: string;
  /** Text that occurs exactly once in that file. */
  readonly snippet: string;
  readonly replacement: string;
  /** The effect of the fault, in one sentence. */
  readonly wrong: string;
}

/**
 * Returns the text of the file with the fault in it.
 * @throws if the snippet does not occur exactly once: a fault that changes nothing would look like one that no test finds
 */
export function planted(text: string, { name, file, snippet, replacement }: Fault): string {
  const [before, after, ...more] = text.split(snippet);
  if (before === undefined || after === undefined || more.length > 0) {
    const count = text.split(snippet).length - 1;
    throw new Error(`${name}: its snippet occurs ${count} times in ${file}, not once:\n${snippet}`);
  }
  return `${before}${replacement}${after}`;
}
