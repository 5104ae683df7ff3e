import { visible } from '../domain/visible-text.ts';

/**
 * Escapes plain text, so that Markdown displays it unchanged on one line: what would be a heading, a list, emphasis, a
 * link or HTML. Addresses are put between `<>`, as linters demand.
 */
export function escapeText(text: string): string {
  const line = visible(text.replaceAll(/\s+/g, ' ').trim());
  return line
    .split(addresses)
    .map((part, index) => (index % 2 === 0 ? escaped(part, index === 0) : `<${part}>`))
    .join('');
}

/**
 * A web address or an e-mail address, without the punctuation behind it. The parts of an e-mail address are bounded (RFC
 * 5321, 4.5.3.1), because an expression that tries every start of a long word takes quadratic time.
 */
const addresses =
  /(\b(?:https?|ftp):\/\/[^\s<>|]*[^\s<>|.,;:!?'"*_~`)\]}]|(?<![\w.+-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{0,62}[a-z\d]){1,20})/i;

function escaped(part: string, first: boolean): string {
  const inside = part
    .replaceAll(/[\\`*[\]<>~&$]/g, (character) => `\\${character}`)
    // Between letters an underscore is not emphasis: names stay readable.
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}_])/gu, '\\_')
    // GitHub would make it a link.
    .replaceAll(/\bwww\.(?=\w)/gi, (word) => word.replace('.', '\\.'));
  // At the start of a line, these make a heading, a list or a rule.
  return first ? inside.replace(/^([#+=:-]|\d{1,9}(?=[.)]))/, escapedMarker) : inside;
}

/** For `1.` the dot is escaped, otherwise the first character. */
const escapedMarker = (marker: string) => (/^\d/.test(marker) ? `${marker}\\` : `\\${marker}`);

/** Formats a name or an expression as code. */
export function code(text: string): string {
  const line = visible(text.replaceAll(/\s+/g, ' ').trim());
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const ticks = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** Formats a table. The cells are Markdown, except that `|` is escaped here. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll(/ {2,}\|/g, ' |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** Joins the parts that are not empty with blank lines. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
