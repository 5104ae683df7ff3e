/** Returns the printed shell examples under a heading of a Markdown text, in order. */
export function shellExamples(markdown: string, heading: string): readonly string[] {
  const from = markdown.indexOf(`\n## ${heading}\n`);
  const to = markdown.indexOf('\n## ', from + 1);
  const part = from < 0 ? '' : markdown.slice(from, to < 0 ? undefined : to);
  return [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, script = '']) => script);
}
