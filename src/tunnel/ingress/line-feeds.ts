/** Returns the text with the other line breaks that go-yaml knows replaced by line feeds; offsets stay the same. */
export function withLineFeeds(text: string): string {
  return text.replace(/\r(?!\n)|[\u0085\u2028\u2029]/g, '\n');
}
