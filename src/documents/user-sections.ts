import { markdownEvents } from '../workspace/markdown-events.ts';

/** A section that the user wrote. It ends before the next heading of the same or a higher level. */
export interface UserSection {
  readonly heading: string;
  /** Its range in the text. */
  readonly from: number;
  readonly to: number;
}

/** Returns the sections whose headings match, in their order. Omits a section that is nested in a returned one. */
export async function userSections(
  text: string,
  headings: readonly RegExp[],
): Promise<readonly UserSection[]> {
  const all = await headingsOf(text);
  const found: UserSection[] = [];
  for (const [index, { level, title, from }] of all.entries()) {
    if (from < (found.at(-1)?.to ?? 0) || !headings.some((pattern) => pattern.test(title))) continue;
    const next = all.slice(index + 1).find((other) => other.level <= level);
    found.push({ heading: title, from, to: next?.from ?? text.length });
  }
  return found;
}

/** Returns the text with the first of these sections replaced, and the others removed. */
export function replaceSections(text: string, sections: readonly UserSection[], by: string): string {
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
  readonly title: string;
  readonly from: number;
}

/** Returns the headings of the document, without those in lists and quotations. */
async function headingsOf(text: string): Promise<readonly Heading[]> {
  const found: Heading[] = [];
  let depth = 0;
  for (const { enters, type, start, end } of await markdownEvents(text)) {
    if (/^(?:blockQuote|list(?:Ordered|Unordered))$/.test(type)) depth += enters ? 1 : -1;
    if (!enters || depth > 0 || !/^(?:atx|setext)Heading$/.test(type)) continue;
    const line = text.slice(start, end);
    const [, marks = ''] = /^(#{1,6})/.exec(line) ?? [];
    const underline = /\n\s*=+\s*$/.test(line) ? 1 : 2;
    const title = line.replace(/^#+|#+\s*$|\n[\s\S]*$/g, '').trim();
    found.push({ level: marks === '' ? underline : marks.length, title, from: start });
  }
  return found;
}
