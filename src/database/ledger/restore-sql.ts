import { quotedName } from '../migration-rules/quoted-name.ts';
import { lockKey, tellPostgrest } from './transaction.ts';

/** What a dump's own SQL comes behind, in one transaction: nobody migrates meanwhile, and what is there goes. */
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

/** What ends it, and says that it did. Its settings stay with nobody: the connection may be a pooler's. */
export const afterRestore = [`${tellPostgrest};`, 'reset all;', 'commit;', "select 'restored';"].join('\n');
