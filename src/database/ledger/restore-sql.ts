import { quotedName } from '../migration-rules/quoted-name.ts';
import { lockKey, notifyPostgrest } from './transaction.ts';

/** Returns the SQL that runs before the dump, in the same transaction: locks the ledger and drops the existing schemas. */
export function beforeRestore(schemas: readonly string[]): string {
  const names = schemas.map(quotedName).join(', ');
  return [
    'begin;',
    "set local lock_timeout = '10s';",
    `select pg_advisory_xact_lock(${lockKey});`,
    'set local client_min_messages = warning;',
    `drop schema if exists ${names} cascade;`,
  ].join('\n');
}

/** SQL that ends the transaction and reports that it did. It resets the settings, since a pooler may reuse the connection. */
export const afterRestore = [`${notifyPostgrest};`, 'reset all;', 'commit;', "select 'restored';"].join('\n');
