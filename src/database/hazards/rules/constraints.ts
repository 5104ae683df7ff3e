import type { Rule } from '../rule.ts';

const notValid =
  'ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a later file: it blocks neither reads nor writes';

/** Rules for constraints. */
export const constraintRules = {
  'add-check': {
    what: 'ADD CHECK without NOT VALID',
    work: 'scan',
    why: 'Every row is read while no other session can read or write the table.',
    safe: notValid,
  },
  'add-foreign-key': {
    what: 'ADD FOREIGN KEY without NOT VALID',
    work: 'scan',
    why: 'Every row is looked up in the other table while no other session can write either of them.',
    safe: notValid,
  },
  'reference-from-new-table': {
    what: 'a new table or column that references a table with rows',
    work: 'none',
    why: 'Adding the triggers of the key locks the referenced table against writes until COMMIT.',
    safe: 'Create it in a file without long statements, so that the lock is short',
  },
  'add-primary-key': {
    what: 'ADD PRIMARY KEY that builds its index',
    work: 'scan',
    why: 'The index is built while no other session can read or write the table.',
    safe: 'CREATE UNIQUE INDEX CONCURRENTLY in a no-transaction file, make the columns NOT NULL, then ADD PRIMARY KEY USING INDEX',
  },
  'primary-key-nullable': {
    what: 'ADD PRIMARY KEY USING INDEX on columns that may be null',
    work: 'scan',
    why: 'The columns become NOT NULL, so every row is read while no other session can read or write the table.',
    safe: 'Make the columns NOT NULL first: CHECK (… IS NOT NULL) NOT VALID, VALIDATE in a later file, SET NOT NULL',
  },
  'add-unique': {
    what: 'ADD UNIQUE that builds its index',
    work: 'scan',
    why: 'The index is built while no other session can read or write the table.',
    safe: 'CREATE UNIQUE INDEX CONCURRENTLY in a no-transaction file, then ADD UNIQUE USING INDEX',
  },
  'add-exclusion': {
    what: 'ADD EXCLUDE',
    work: 'scan',
    why: 'The index is built and every row compared while no other session can read or write the table.',
    safe: 'There is no form without the lock. Create a new table with the constraint, copy the rows in batches, then switch',
  },
  'validate-in-same-file': {
    what: 'VALIDATE CONSTRAINT in the file that adds it',
    work: 'scan',
    why: 'The lock of ADD CONSTRAINT is held until COMMIT, so every row is read under it: NOT VALID gains nothing.',
    safe: 'Put VALIDATE CONSTRAINT into a later file',
  },
  'drop-constraint': {
    what: 'DROP CONSTRAINT',
    work: 'none',
    why: 'Rows that violate it can be written from COMMIT on; a foreign key locks the referenced table, too.',
    safe: 'Drop it in a file of its own, so that the lock is short',
  },
  'add-domain-constraint': {
    what: 'ALTER DOMAIN that adds or validates a constraint',
    work: 'scan',
    why: 'Every row of every table that uses the domain is read while no other session can write it.',
    safe: 'ADD CONSTRAINT … CHECK … NOT VALID to each table instead, and VALIDATE in a later file; VALIDATE of a domain blocks writes, too',
  },
} as const satisfies Readonly<Record<string, Rule>>;
