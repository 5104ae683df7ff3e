import { parseSpan, type SqlFault, type SqlStatement } from './parse-sql.ts';
import { type ScriptParts, type Span, splitScript } from './split-script.ts';
import { tokensOf } from './tokens.ts';

/** All that could be read of a script, and every place at which the parser stopped. */
export interface ReadScript extends ScriptParts {
  readonly parsed: readonly SqlStatement[];
  readonly faults: readonly SqlFault[];
}

/**
 * Reads a script as far as it can be read: after a fault it goes on with the next statement,
 * so that all faults are found at once. Meta-commands and COPY data are passed over.
 */
export async function readScript(text: string): Promise<ReadScript> {
  const parts = splitScript(text);
  const whole = await parseSpan(parts.sql, 0, parts.sql.length);
  if ('statements' in whole) return { ...parts, parsed: whole.statements, faults: [] };
  const parsed: SqlStatement[] = [];
  const faults: SqlFault[] = [];
  const waiting: Span[] = [...parts.statements];
  for (let span = waiting.shift(); span !== undefined; span = waiting.shift()) {
    const read = await parseSpan(parts.sql, span.start, span.end);
    if ('statements' in read) parsed.push(...read.statements);
    else {
      faults.push(read.fault);
      const rest = afterFault(parts.sql, span, read.fault.offset);
      if (rest !== undefined) waiting.unshift(rest);
    }
  }
  // Each statement may parse alone where the whole does not: then the whole's word stands.
  return { ...parts, parsed, faults: faults.length === 0 ? [whole.fault] : faults };
}

/**
 * A parenthesis left open hides the ends of all statements after it; the next semicolon is taken
 * for the end of the broken one. Not in a routine's BEGIN ATOMIC body, whose semicolons are its own.
 */
function afterFault(sql: string, span: Span, offset: number): Span | undefined {
  if (/^create\s[^;]*\bbegin\s+atomic\b/i.test(sql.slice(span.start, span.end))) return undefined;
  const semicolon = tokensOf(sql, offset, span.end).find((token) => sql[token.start] === ';');
  if (semicolon === undefined || tokensOf(sql, semicolon.end, span.end).length === 0) return undefined;
  return { start: semicolon.end, end: span.end };
}
