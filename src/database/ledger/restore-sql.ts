import type { Author } from '../../domain/author.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { changesRestored, keepChanges } from './rollout-changes.ts';
import { lockKey, notifyPostgrest } from './transaction.ts';

/**
 * Returns the SQL that runs before the dump, in the same transaction: locks the ledger, keeps the rows of the table of
 * changes, and drops the existing schemas.
 */
export function beforeRestore(schemas: readonly string[]): string {
  const names = schemas.map(quotedName).join(', ');
  return [
    'begin;',
    "set local lock_timeout = '10s';",
    `select pg_advisory_xact_lock(${lockKey});`,
    'set local client_min_messages = warning;',
    keepChanges,
    `drop schema if exists ${names} cascade;`,
  ].join('\n');
}

/**
 * Returns the SQL that adds the kept rows and a row about this restore, commits, and prints that it did. It also resets
 * the settings, since a pooler may reuse the connection.
 * @param change what the restore does, in one line
 */
export function afterRestore(author: Author, change: string): string {
  return [
    changesRestored(author, change),
    `${notifyPostgrest};`,
    'reset all;',
    'commit;',
    "select 'restored';",
  ].join('\n');
}
