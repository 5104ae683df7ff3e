/** A line of a scrolled text, with what it means for its colour. */
export interface StyledLine {
  readonly text: string;
  readonly tone: 'plain' | 'heading' | 'added' | 'removed' | 'bad' | 'dim';
  /** Columns by which its continuation is indented where it does not fit; as its beginning where left out. */
  readonly hang?: number;
}

export function plain(text: string, hang?: number): StyledLine {
  return { text, tone: 'plain', ...(hang === undefined ? {} : { hang }) };
}

export function heading(text: string): StyledLine {
  return { text, tone: 'heading' };
}

/** `label  text`, the text's continuation below the text. */
export function labelled(label: string, text: string, tone: StyledLine['tone'] = 'plain'): StyledLine {
  return { text: label + text, tone, hang: label.length };
}

/** A diff's line by its first character; a line of SQL or output is plain. */
export function diffLine(text: string): StyledLine {
  const tone = toneOfDiff(text);
  return { text: `    ${text}`, tone, hang: 6 };
}

function toneOfDiff(text: string): StyledLine['tone'] {
  if (text.startsWith('+')) return 'added';
  if (text.startsWith('-')) return 'removed';
  return text.startsWith('@@') ? 'dim' : 'plain';
}

/** Lines that show a place, or what is to be decided on: they keep their columns. */
export function excerptLines(lines: readonly string[]): readonly StyledLine[] {
  return lines.map((line) => plain(`    ${line}`));
}
