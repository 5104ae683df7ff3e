import { parseSpan, type SqlFault, type SqlStatement } from './parse-sql.ts';
import { type ScriptParts, type Span, splitScript } from './split-script.ts';
import { tokensOf } from './tokens.ts';

/** The statements of a script that could be parsed, and every fault at which the parser stopped. */
export interface ReadScript extends ScriptParts {
  readonly parsed: readonly SqlStatement[];
  readonly faults: readonly SqlFault[];
}

/**
 * Parses a script. After a fault, continues with the next statement, so that all faults are reported together.
 * Meta-commands and COPY data are skipped.
 */
export async function readScript(text: string): Promise<ReadScript> {
  const parts = splitScript(text);
  const whole = await parseSpan(parts.sql, 0, parts.sql.length);
  if ('statements' in whole) return { ...parts, parsed: whole.statements, faults: [] };
  const parsed: SqlStatement[] = [];
  const faults: SqlFault[] = [];
  const remaining: Span[] = [...parts.statements];
  for (let span = remaining.shift(); span !== undefined; span = remaining.shift()) {
    const read = await parseSpan(parts.sql, span.start, span.end);
    if ('statements' in read) parsed.push(...read.statements);
    else {
      faults.push(read.fault);
      const rest = afterFault(parts.sql, span, read.fault.offset);
      if (rest !== undefined) remaining.unshift(rest);
    }
  }
  // If each statement parses by itself but the whole script does not, the fault of the whole is reported.
  return { ...parts, parsed, faults: faults.length === 0 ? [whole.fault] : faults };
}

/**
 * Returns the rest of a span after a fault. An open parenthesis hides the ends of all later statements, so the next
 * semicolon counts as the end of the faulty one; except in a routine's BEGIN ATOMIC body, which contains semicolons.
 */
function afterFault(sql: string, span: Span, offset: number): Span | undefined {
  if (/^create\s[^;]*\bbegin\s+atomic\b/i.test(sql.slice(span.start, span.end))) return undefined;
  const semicolon = tokensOf(sql, offset, span.end).find((token) => sql[token.start] === ';');
  if (semicolon === undefined || tokensOf(sql, semicolon.end, span.end).length === 0) return undefined;
  return { start: semicolon.end, end: span.end };
}
