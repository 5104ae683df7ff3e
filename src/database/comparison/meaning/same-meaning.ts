import type { ObjectKind } from '../../catalog/catalog.ts';
import { parseSql } from '../../sql/parse-sql.ts';
import { normalized } from './normalize.ts';
import { statementOf } from './statements.ts';

/** Two texts of one attribute of an object. */
export interface TextPair {
  readonly kind: ObjectKind;
  readonly aspect: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** `unknown` if the parser rejects one of the texts. */
type Sameness = 'same' | 'different' | 'unknown';

/**
 * Compares the meaning of SQL that two servers print: PostgreSQL's versions print the same view differently, and some
 * texts change when they are parsed again. Loads the parser only for texts that differ.
 */
export async function compareTexts(pairs: readonly TextPair[]): Promise<readonly Sameness[]> {
  return Promise.all(pairs.map(sameness));
}

async function sameness(pair: TextPair): Promise<Sameness> {
  if (differsInLineEndsOnly(pair)) return 'same';
  const statements = statementsOf(pair);
  if (statements === undefined) return 'different';
  const trees = await Promise.all([statements.expected, statements.actual].map(treeOf));
  if (trees.includes(null)) return 'unknown';
  return trees[0] === trees[1] ? 'same' : 'different';
}

/** A body that was created from a file with CRLF keeps CRLF, but files are now applied with LF. */
function differsInLineEndsOnly({ kind, expected, actual }: TextPair): boolean {
  if (kind !== 'function' && kind !== 'procedure') return false;
  return expected !== null && expected.replaceAll('\r\n', '\n') === actual?.replaceAll('\r\n', '\n');
}

/** Returns null if the parser rejects the text. */
async function treeOf(sql: string): Promise<string | null> {
  const parsed = await parseSql(sql);
  if ('fault' in parsed) return null;
  return JSON.stringify(sorted(normalized(parsed.statements.map(({ node }) => node))));
}

function statementsOf({ kind, aspect, ...texts }: TextPair) {
  if (texts.expected === null || texts.actual === null) return undefined;
  const expected = statementOf(kind, aspect, texts.expected);
  const actual = statementOf(kind, aspect, texts.actual);
  return expected === undefined || actual === undefined ? undefined : { expected, actual };
}

/** Sorts the keys of all objects, so that trees can be compared as JSON. */
function sorted(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .toSorted(([a], [b]) => Number(a > b) - Number(a < b))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
