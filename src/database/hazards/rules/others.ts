import type { Rule } from '../rule.ts';

/** Rules for partitions, triggers, rows, and for a file as a whole. */
export const otherRules = {
  'attach-partition': {
    what: 'ATTACH PARTITION without a matching CHECK',
    work: 'scan',
    why: 'Every row of the new partition is read while no other session can read or write it.',
    safe: 'ADD CONSTRAINT … CHECK with the bounds NOT VALID to the new partition, VALIDATE it in a later file, then ATTACH',
  },
  'attach-beside-default': {
    what: 'a new partition beside a DEFAULT partition with rows',
    work: 'scan',
    why: 'Every row of the DEFAULT partition is read while no other session can read or write it.',
    safe: 'ADD CONSTRAINT … CHECK that excludes the new bounds to the DEFAULT partition, NOT VALID; VALIDATE it in a later file, then ATTACH',
  },
  'create-partition': {
    what: 'CREATE TABLE … PARTITION OF',
    work: 'none',
    why: 'The partitioned table cannot be read or written until COMMIT.',
    safe: 'CREATE TABLE … (LIKE … INCLUDING ALL), then ATTACH PARTITION: it does not block the partitioned table',
  },
  'detach-partition': {
    what: 'DETACH PARTITION',
    work: 'none',
    why: 'The partitioned table cannot be read or written until COMMIT; afterwards its queries lack those rows.',
    safe: 'By hand, DETACH PARTITION CONCURRENTLY (it cannot run in a transaction); or in a file of its own, so that the lock is short',
  },
  'create-trigger': {
    what: 'CREATE TRIGGER',
    work: 'none',
    why: 'No other session can write the table until COMMIT.',
    safe: 'Create it in a file without long statements, so that the lock is short',
  },
  'disable-trigger': {
    what: 'DISABLE TRIGGER',
    work: 'none',
    why: 'Rows that the trigger would change or reject are written; with ALL, foreign keys are not checked.',
    safe: 'Leave it out; if a batch must skip a trigger, let the trigger test a setting',
  },
  'create-rule': {
    what: 'CREATE RULE',
    work: 'none',
    why: 'No other session can read or write the table until COMMIT, and the meaning of statements changes.',
    safe: 'CREATE TRIGGER, which does not block reads',
  },
  'create-policy': {
    what: 'CREATE, ALTER or DROP POLICY',
    work: 'none',
    why: 'No other session can read or write the table until COMMIT.',
    safe: 'Change it in a file without long statements, so that the lock is short',
  },
  'row-security': {
    what: 'ENABLE ROW LEVEL SECURITY',
    work: 'none',
    why: 'From COMMIT on, roles without a policy see no row.',
    safe: 'Create the policies first, in an earlier file',
  },
  'brief-lock': {
    what: 'ALTER TABLE that only changes the catalog',
    work: 'none',
    why: 'It is short, but it waits for every query on the table, and all later ones wait behind it.',
    safe: 'Change it in a file without long statements, so that the lock is short',
  },
  'update-all': {
    what: 'UPDATE without WHERE',
    work: 'scan',
    losesData: true,
    why: 'The old values are overwritten; every row is locked against writes and stored twice until VACUUM.',
    safe: 'Write the values into a new column, in batches with WHERE, outside of the migration',
  },
  'fill-column': {
    what: 'UPDATE without WHERE of columns that this file adds',
    work: 'scan',
    why: 'The lock of ADD COLUMN is held while every row is written; each is stored twice until VACUUM.',
    safe: 'Fill the column in batches with WHERE, outside of the migration',
  },
  'delete-rows': {
    what: 'DELETE',
    work: 'scan',
    losesData: true,
    why: 'The rows are lost; without WHERE, all of them.',
    safe: 'Copy the rows into another table first, and delete in batches outside of the migration',
  },
  'rename-enum-value': {
    what: 'ALTER TYPE … RENAME VALUE',
    work: 'none',
    why: 'Programs that write or compare the old value fail from COMMIT on.',
    safe: 'ADD VALUE with the new name, switch the programs, then change the rows in batches',
  },
  'disable-all-triggers': {
    what: 'SET session_replication_role',
    work: 'none',
    losesData: true,
    why: 'Triggers and foreign keys are not checked for the rest of the file: rows can lose what they reference.',
    safe: 'Leave it out',
  },
  'own-lock-timeout': {
    what: 'SET lock_timeout',
    work: 'none',
    why: 'The rest of the file waits for locks as long as it says, and others wait behind it.',
    safe: 'Leave it out: erp-deploy sets it (migrations.lock-timeout) and repeats the file',
  },
  'do-block': {
    what: 'DO or CALL',
    work: 'none',
    why: 'erp-deploy does not inspect what it executes.',
    safe: 'Write the statements themselves',
  },
  'held-lock': {
    what: 'statements after the first lock that blocks others',
    work: 'none',
    why: 'That lock is held until COMMIT, so others wait for the whole rest of the file.',
    safe: 'Put the statement that takes the lock last, or into a file of its own',
  },
} as const satisfies Readonly<Record<string, Rule>>;
