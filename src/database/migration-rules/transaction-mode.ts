import type { SqlStatement } from './parse-sql.ts';
import { tokenAt } from './tokens.ts';

/** How a migration is to be applied. */
export type MigrationMode =
  | { readonly mode: 'transaction' }
  | {
      readonly mode: 'no-transaction';
      /** The index that a failed run leaves invalid; it is dropped before the next attempt. */
      readonly index: { readonly schema: string; readonly name: string; readonly table: string };
      /** If true, PostgreSQL skips an invalid index of that name and reports success. */
      readonly ifNotExists: boolean;
    };

/** An instruction for erp-deploy in the comments before the first statement: `-- erp-deploy: no-transaction`. */
export interface Directive {
  readonly word: string;
  /** UTF-16 index of its comment. */
  readonly offset: number;
}

export function leadingDirectives(text: string): Directive[] {
  const found: Directive[] = [];
  for (let at = tokenAt(text, 0); at?.kind === 'comment'; at = tokenAt(text, at.end)) {
    const word = /^--\s*erp-deploy:\s*(.*?)\s*$/.exec(text.slice(at.start, at.end))?.[1];
    if (word !== undefined) found.push({ word, offset: at.start });
  }
  return found;
}

/**
 * Returns what a file marked `no-transaction` creates, or why the mark is refused. Without a transaction, a file of two
 * statements could be applied in part; a single index can be recovered, by its name in a known schema.
 */
export function singleIndex(
  statements: readonly SqlStatement[],
): MigrationMode | { readonly refused: string } {
  const [only, ...more] = statements;
  if (
    only === undefined ||
    more.length > 0 ||
    !('IndexStmt' in only.node) ||
    !only.node.IndexStmt.concurrent
  ) {
    return {
      refused: 'a no-transaction file must contain exactly one CREATE INDEX CONCURRENTLY and nothing else',
    };
  }
  const { idxname: name, relation, if_not_exists: ifNotExists = false } = only.node.IndexStmt;
  if (name === undefined || relation?.schemaname === undefined || relation.relname === undefined) {
    return {
      refused: "name the index and its table's schema: an index that is left invalid is found by its name",
    };
  }
  // An index is always in the schema of its table.
  const index = { schema: relation.schemaname, name, table: relation.relname };
  return { mode: 'no-transaction', index, ifNotExists };
}
