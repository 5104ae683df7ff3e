/**
 * Words as Markdown shows them, whatever they hold; on one line. What would be a heading, a list, emphasis, a link or
 * HTML is escaped, and an address stands in `<>`: it reads the same, and a linter has nothing against it.
 */
export function words(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line
    .split(addresses)
    .map((part, index) => (index % 2 === 0 ? escaped(part, index === 0) : `<${part}>`))
    .join('');
}

/** A web address or an e-mail address, without the punctuation behind it. */
const addresses =
  /(\b(?:https?|ftp):\/\/[^\s<>|]*[^\s<>|.,;:!?'"*_~`)\]}]|[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]*[a-z\d])+)/i;

function escaped(part: string, first: boolean): string {
  const inside = part
    .replaceAll(/[\\`*[\]<>~&$]/g, (character) => `\\${character}`)
    // Between letters it is no emphasis: names keep it bare.
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}_])/gu, '\\_')
    // GitHub takes it for an address.
    .replaceAll(/\bwww\.(?=\w)/gi, (word) => word.replace('.', '\\.'));
  // What a line begins with may make a heading, a list or a rule of it.
  return first ? inside.replace(/^([#+=:-]|\d{1,9}(?=[.)]))/, escapedMarker) : inside;
}

/** Of `1.` it is the point that is escaped, of all else the first character. */
const escapedMarker = (marker: string) => (/^\d/.test(marker) ? `${marker}\\` : `\\${marker}`);

/** A name or an expression as code. */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const ticks = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** A table; cells are Markdown already, but for what would end a cell. */
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

/** Parts with a blank line between them; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
