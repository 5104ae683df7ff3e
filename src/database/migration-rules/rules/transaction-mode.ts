import type { SqlStatement } from '../../sql/parse-sql.ts';
import type { ReadScript } from '../../sql/read-script.ts';
import { tokenAt } from '../../sql/tokens.ts';
import { faultIn, type MigrationFault } from '../migration-fault.ts';
import { barredInTransaction } from './barred-in-transaction.ts';

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

/**
 * Returns how a file is to be applied; or the faults of its directives, or of its statements in a transaction.
 * @param script the parsed text
 */
export function transactionMode(
  file: string,
  text: string,
  script: ReadScript,
): MigrationMode | { readonly faults: readonly MigrationFault[] } {
  const directives = leadingDirectives(text);
  const unknown = directives.find(({ word }) => word !== 'no-transaction');
  if (unknown !== undefined) {
    const message = `unknown directive "${unknown.word}"; the only one is "-- erp-deploy: no-transaction"`;
    return { faults: [faultIn(file, text, unknown.offset, message)] };
  }
  const [marked] = directives;
  if (marked === undefined) {
    const faults = barredInTransaction(file, text, script.parsed);
    return faults.length > 0 ? { faults } : { mode: 'transaction' };
  }
  // The statement that cannot be read may be the index, and is reported already.
  if (script.faults.length > 0) return { faults: [] };
  const mode = singleIndex(script.parsed);
  return 'refused' in mode ? { faults: [faultIn(file, text, marked.offset, mode.refused)] } : mode;
}

/** An instruction for erp-deploy in the comments before the first statement: `-- erp-deploy: no-transaction`. */
interface Directive {
  readonly word: string;
  /** UTF-16 index of its comment. */
  readonly offset: number;
}

/** Returns the directives of a file, in their order. */
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
function singleIndex(statements: readonly SqlStatement[]): MigrationMode | { readonly refused: string } {
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
