/** A part of a document that the parser of Markdown names, or the end of one. */
export interface MarkdownEvent {
  readonly enters: boolean;
  readonly type: string;
  /** Indexes in the text. */
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
}

/** Parses GitHub's Markdown. The parser is loaded on first use: few commands need it. */
export async function markdownEvents(text: string): Promise<readonly MarkdownEvent[]> {
  const [{ parse, postprocess, preprocess }, { gfmTaskListItem }] = await Promise.all([
    import('micromark'),
    import('micromark-extension-gfm-task-list-item'),
  ]);
  // The parser passes over a byte order mark, and does not count it.
  const skipped = text.startsWith('\uFEFF') ? 1 : 0;
  const chunks = preprocess()(text, 'utf8', true);
  const events = postprocess(
    parse({ extensions: [gfmTaskListItem()] })
      .document()
      .write(chunks),
  );
  return events.map(([way, { type, start, end }]) => ({
    enters: way === 'enter',
    type,
    start: start.offset + skipped,
    end: end.offset + skipped,
    line: start.line,
  }));
}
