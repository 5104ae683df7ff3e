/** A line of text, with the tone that decides its color. */
export interface StyledLine {
  readonly text: string;
  readonly tone: 'plain' | 'heading' | 'added' | 'removed' | 'bad' | 'dim';
  /** Columns by which the continuation of a line that does not fit is indented; by default, those of its beginning. */
  readonly hang?: number;
}

export function plain(text: string, hang?: number): StyledLine {
  return { text, tone: 'plain', ...(hang === undefined ? {} : { hang }) };
}

export function heading(text: string): StyledLine {
  return { text, tone: 'heading' };
}

/** Returns `label  text`; a continuation is aligned with the text. */
export function labelled(label: string, text: string, tone: StyledLine['tone'] = 'plain'): StyledLine {
  return { text: label + text, tone, hang: label.length };
}

/** Returns a line of a diff, in the tone of its first character. */
export function diffLine(text: string): StyledLine {
  const tone = toneOfDiff(text);
  return { text: `    ${text}`, tone, hang: 6 };
}

function toneOfDiff(text: string): StyledLine['tone'] {
  if (text.startsWith('+')) return 'added';
  if (text.startsWith('-')) return 'removed';
  return text.startsWith('@@') ? 'dim' : 'plain';
}

/** Returns lines that show a location in a file, or the subject of a decision; their columns are preserved. */
export function excerptLines(lines: readonly string[]): readonly StyledLine[] {
  return lines.map((line) => plain(`    ${line}`));
}
