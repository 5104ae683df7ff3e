import { markdownEvents } from '../workspace/markdown-events.ts';

/** A section of the user's own: its heading, and what follows up to the next heading of the same or a higher level. */
export interface UserSection {
  readonly heading: string;
  /** Its range in the text. */
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the sections whose headings match, in their order; a section inside of another one that is returned is left
 * out.
 */
export async function userSections(
  text: string,
  headings: readonly RegExp[],
): Promise<readonly UserSection[]> {
  const all = await headingsOf(text);
  const found: UserSection[] = [];
  for (const [index, { level, words, from }] of all.entries()) {
    if (from < (found.at(-1)?.to ?? 0) || !headings.some((pattern) => pattern.test(words))) continue;
    const next = all.slice(index + 1).find((other) => other.level <= level);
    found.push({ heading: words, from, to: next?.from ?? text.length });
  }
  return found;
}

/** Replaces the first of these sections, and removes the others. */
export function replaced(text: string, sections: readonly UserSection[], by: string): string {
  let result = '';
  let end = 0;
  for (const [index, { from, to }] of sections.entries()) {
    result += text.slice(end, from) + (index === 0 ? by : '');
    end = to;
  }
  return result + text.slice(end);
}

interface Heading {
  /** From 1. */
  readonly level: number;
  readonly words: string;
  readonly from: number;
}

/** The headings of the document itself, not those in lists or quotations. */
async function headingsOf(text: string): Promise<readonly Heading[]> {
  const found: Heading[] = [];
  let depth = 0;
  for (const { enters, type, start, end } of await markdownEvents(text)) {
    if (/^(?:blockQuote|list(?:Ordered|Unordered))$/.test(type)) depth += enters ? 1 : -1;
    if (!enters || depth > 0 || !/^(?:atx|setext)Heading$/.test(type)) continue;
    const line = text.slice(start, end);
    const [, marks = ''] = /^(#{1,6})/.exec(line) ?? [];
    const underline = /\n\s*=+\s*$/.test(line) ? 1 : 2;
    const words = line.replace(/^#+|#+\s*$|\n[\s\S]*$/g, '').trim();
    found.push({ level: marks === '' ? underline : marks.length, words, from: start });
  }
  return found;
}
