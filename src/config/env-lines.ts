import type { EnvFault, ValueFault } from './env-value.ts';

/** One assignment of a `.env`, split but not yet parsed. */
export interface Assignment {
  readonly key: string;
  /** From 1. */
  readonly line: number;
  /** The text before the value: `export`, the key, `=`, blanks. */
  readonly before: string;
  /** The value as written, up to the end of its last line; absent if its end is ambiguous. */
  readonly raw?: string;
}

/** Compose v2 rejects the whole file if a key has any other character. */
const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.]*)[ \t]*=[ \t]*/;
const nothing = /^\s*(?:#|$)/;

/**
 * Finds the assignments of a `.env`, and the lines that some reader cannot parse. A quoted value may span lines. After
 * a fault, scanning continues at the next line.
 */
export function scanEnvText(text: string): { assignments: Assignment[]; faults: EnvFault[] } {
  const assignments: Assignment[] = [];
  const faults: EnvFault[] = [];
  const mark = text.startsWith('\uFEFF');
  if (mark) faults.push({ line: 1, reason: 'a byte order mark', fix: 'save the file as UTF-8 without one' });
  let line = 1;
  for (let at = mark ? 1 : 0; at < text.length; ) {
    const row = text.slice(at, lineEnd(text, at));
    const { key, before = '', raw, fault } = scanRow(text, at, row);
    if (fault !== undefined) faults.push({ line, ...(key !== undefined && { key }), ...fault });
    if (key !== undefined) assignments.push({ key, line, before, ...(raw !== undefined && { raw }) });
    const taken = raw === undefined ? row : before + raw;
    line += taken.split('\n').length;
    at += taken.length + 1;
  }
  return { assignments, faults };
}

interface Row {
  readonly key?: string;
  readonly before?: string;
  readonly raw?: string;
  readonly fault?: ValueFault;
}

function scanRow(text: string, at: number, row: string): Row {
  if (row.includes('\0')) return { fault: { reason: 'a NUL character', fix: 'save the file as UTF-8' } };
  if (nothing.test(row)) return {};
  const [before, key] = assignment.exec(row) ?? [];
  if (before === undefined || key === undefined) {
    return { fault: { reason: 'not an assignment (KEY=value)', fix: 'put # before it, or remove it' } };
  }
  const start = at + before.length;
  const quote = text[start];
  if (quote !== "'" && quote !== '"') return { key, before, raw: row.slice(before.length) };
  const close = closingQuote(text, start, quote);
  if (close === undefined) {
    return {
      key,
      before,
      fault: { reason: 'a quote that is not closed, or follows a backslash', fix: 'close it' },
    };
  }
  const end = lineEnd(text, close);
  if (!/^[^\S\n]*(?:#.*)?$/.test(text.slice(close + 1, end))) {
    const fix = 'remove it, and use the other kind of quote inside';
    return { key, before, fault: { reason: 'text after the closing quote', fix } };
  }
  return { key, before, raw: text.slice(start, end) };
}

/**
 * Returns the index of the closing quote, if all readers agree on it. A shell has no escapes in single quotes and reads
 * two backslashes as one character; the other readers only check the character before the quote.
 */
function closingQuote(text: string, open: number, quote: string): number | undefined {
  let close = text.indexOf(quote, open + 1);
  while (quote === '"' && text[close - 1] === '\\' && text[close - 2] !== '\\') {
    close = text.indexOf(quote, close + 1);
  }
  return close === -1 || text[close - 1] === '\\' ? undefined : close;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
