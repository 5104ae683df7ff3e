import type { Rule } from '../rule.ts';

/** Rules for indexes and materialized views. */
export const indexRules = {
  'create-index': {
    what: 'CREATE INDEX without CONCURRENTLY',
    work: 'scan',
    why: 'The index is built while no other session can write the table.',
    safe: 'CREATE INDEX CONCURRENTLY, in a file of its own that begins with "-- erp-deploy: no-transaction"',
  },
  'drop-index': {
    what: 'DROP INDEX',
    work: 'none',
    why: 'It waits for every query on the table, and all later ones wait behind it; queries that used the index get slow.',
    safe: 'Drop it in a file of its own, so that the lock is short',
  },
  reindex: {
    what: 'REINDEX without CONCURRENTLY',
    work: 'rewrite',
    why: 'The index is built again while no other session can write the table or read through the index.',
    safe: 'CREATE INDEX CONCURRENTLY under another name in a no-transaction file, then drop the old one',
  },
  'refresh-materialized-view': {
    what: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY',
    work: 'rewrite',
    why: 'The query runs while no other session can read the materialized view.',
    safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index on it',
  },
} as const satisfies Readonly<Record<string, Rule>>;
