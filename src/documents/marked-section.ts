import { checksumOf } from '../database/checksum.ts';
import { replaceSections, type UserSection } from './user-sections.ts';

/** The managed section of a Markdown file; the rest of the file is the user's. */
export type Section =
  | { readonly state: 'none' }
  | {
      readonly state: 'found';
      /** Its range in the text, including its marks. */
      readonly from: number;
      readonly to: number;
      /** With LF line ends. */
      readonly body: string;
      /** Whether it is as erp-deploy wrote it: the begin mark holds the checksum of what was written. */
      readonly intact: boolean;
    }
  /** The marks do not pair. */
  | { readonly state: 'broken'; readonly line: number; readonly why: string };

interface Mark {
  readonly kind: 'begin' | 'end';
  readonly checksum: string;
  /** From 1. */
  readonly line: number;
  readonly from: number;
  /** Before the line end. */
  readonly to: number;
}

/** Finds the section of a name; marks in fenced code do not count. */
export function findSection(text: string, name: string): Section {
  const marks = marksIn(text, name);
  const [begin, end, more] = marks;
  if (begin === undefined) return { state: 'none' };
  if (begin.kind === 'end') return broken(begin, 'an end without a begin');
  if (end === undefined) return broken(begin, 'a begin without an end');
  if (end.kind === 'begin') return broken(end, 'a begin within another');
  if (more !== undefined) return broken(more, 'a second section of this name');
  const body = lf(text.slice(begin.to, end.from)).replace(/^\n\n/, '').replace(/\n\n$/, '');
  return {
    state: 'found',
    from: begin.from,
    to: end.to,
    body,
    intact: checksumOf(body) === begin.checksum,
  };
}

/**
 * Returns the text with the section replaced, or appended if it has none. The rest of the text is unchanged, and the
 * section gets the line ends of the file.
 * @param own sections of the user's own whose place it takes if the text has none yet
 * @param body Markdown with LF line ends, without blank lines at either end
 */
export function withSection(
  text: string,
  name: string,
  body: string,
  own: readonly UserSection[] = [],
): string {
  const end = lineEndOf(text);
  const marked = `<!-- erp-deploy:begin ${name} ${checksumOf(body)} -->\n\n${body}\n\n<!-- erp-deploy:end ${name} -->`;
  const section = findSection(text, name);
  if (section.state === 'found') return withMarkedText(text, section, marked);
  const written = marked.replaceAll('\n', end);
  if (own.length > 0) {
    const isLast = own[0]?.to === text.length;
    return replaceSections(text, own, `${written}${end}${isLast ? '' : end}`);
  }
  const lastLine = text === '' || text.endsWith('\n') ? '' : end;
  const gap = text.trim() === '' ? '' : end;
  return `${text}${lastLine}${gap}${written}${end}`;
}

/** Replaces the section including its marks, with the line ends of the file. */
export function withMarkedText(
  text: string,
  { from, to }: Extract<Section, { state: 'found' }>,
  marked: string,
): string {
  return text.slice(0, from) + lf(marked).replaceAll('\n', lineEndOf(text)) + text.slice(to);
}

/** Removes the section and the blank line before it. */
export function withoutSection(text: string, name: string): string {
  const section = findSection(text, name);
  if (section.state !== 'found') return text;
  const before = text.slice(0, section.from).replace(/(\r?\n)\r?\n$/, '$1');
  return before + text.slice(section.to).replace(/^\r?\n/, '');
}

function marksIn(text: string, name: string): readonly Mark[] {
  const pattern = new RegExp(`^<!-- erp-deploy:(begin|end) ${name}(?: ([0-9a-f]{64}))? -->[ \\t]*$`);
  const marks: Mark[] = [];
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  let fence: string | null = null;
  for (const [index, raw] of text.slice(from).split('\n').entries()) {
    const content = raw.replace(/\r$/, '');
    const ticks = /^ {0,3}(`{3,}|~{3,})/.exec(content)?.[1];
    const [, kind, checksum = ''] = (fence === null ? pattern.exec(content) : null) ?? [];
    if (kind === 'begin' || kind === 'end') {
      marks.push({ kind, checksum, line: index + 1, from, to: from + content.length });
    }
    if (ticks !== undefined && fence === null) fence = ticks;
    else if (ticks !== undefined && fence !== null && ticks.startsWith(fence)) fence = null;
    from += raw.length + 1;
  }
  return marks;
}

function lineEndOf(text: string): '\r\n' | '\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function lf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function broken({ line }: Mark, why: string): Section {
  return { state: 'broken', line, why };
}
