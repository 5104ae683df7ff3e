import type { Rule } from '../rule.ts';

const threeSteps =
  'ADD COLUMN without a default, SET DEFAULT for new rows, and fill the old rows in batches; each in a file of its own';

/** Rules for columns. */
export const columnRules = {
  'add-column-volatile-default': {
    what: 'ADD COLUMN with a volatile default',
    work: 'rewrite',
    why: 'The default is computed for each row, so every row is stored anew.',
    safe: threeSteps,
  },
  'add-column-serial': {
    what: 'ADD COLUMN of a serial type',
    work: 'rewrite',
    why: 'Every row gets the next value of a new sequence, so it is stored anew.',
    safe: 'CREATE SEQUENCE and ADD COLUMN without a default, then SET DEFAULT nextval(…), then fill the old rows in batches',
  },
  'add-column-identity': {
    what: 'ADD COLUMN … GENERATED … AS IDENTITY',
    work: 'rewrite',
    why: 'Every row gets the next value of a new sequence, so it is stored anew.',
    safe: 'CREATE SEQUENCE and ADD COLUMN without a default, then SET DEFAULT nextval(…), then fill the old rows in batches',
  },
  'add-column-generated': {
    what: 'ADD COLUMN … GENERATED ALWAYS AS (…) STORED',
    work: 'rewrite',
    why: 'The expression is computed and stored for each row.',
    safe: 'ADD COLUMN as an ordinary column that a trigger fills for new rows, then fill the old rows in batches; or compute it in a view',
  },
  'add-column-domain': {
    what: 'ADD COLUMN of a domain with constraints',
    work: 'rewrite',
    why: 'The constraint is checked for each row, and every row is stored anew.',
    safe: 'ADD COLUMN of the base type, then ADD CONSTRAINT … CHECK … NOT VALID, and VALIDATE in a later file',
  },
  'add-column-required': {
    what: 'ADD COLUMN … NOT NULL without a default',
    work: 'none',
    why: 'The statement fails if the table contains a row.',
    safe: 'ADD COLUMN with a constant default and NOT NULL (no row is read), or without NOT NULL',
  },
  'drop-column': {
    what: 'DROP COLUMN',
    work: 'none',
    losesData: true,
    why: 'The values cannot be read any more, and programs that name the column fail.',
    safe: 'Release programs that do not use the column, and keep it for a while (DROP NOT NULL, so that they need not write it); drop it once nothing reads it',
  },
  'rename-column': {
    what: 'RENAME COLUMN',
    work: 'none',
    why: 'Programs that use the old name fail from COMMIT on.',
    safe: 'ADD COLUMN with the new name, keep both in step with a trigger until no program uses the old one',
  },
  'set-not-null': {
    what: 'SET NOT NULL',
    work: 'scan',
    why: 'Every row is read while no other session can read or write the table.',
    safe: 'ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in a later file; then SET NOT NULL reads no row',
  },
  'alter-type-rewrite': {
    what: 'ALTER COLUMN … TYPE that stores every value anew',
    work: 'rewrite',
    why: 'The old and the new type are stored differently, and all indexes of the table are built again.',
    safe: 'ADD COLUMN of the new type, keep both in step with a trigger, fill the old rows in batches, then switch the programs',
  },
  'alter-type-lossy': {
    what: 'ALTER COLUMN … TYPE to a type that does not hold every value, or with a computed USING',
    work: 'rewrite',
    losesData: true,
    why: 'Values can be rounded or cut, or the statement fails at a value that does not fit.',
    safe: 'ADD COLUMN of the new type, fill it in batches, compare, then switch the programs; the old column keeps the values',
  },
  'set-expression': {
    what: 'ALTER COLUMN … SET EXPRESSION of a stored generated column',
    work: 'rewrite',
    why: 'The new expression is computed and stored for each row.',
    safe: 'ADD COLUMN as an ordinary column that a trigger fills for new rows, then fill the old rows in batches',
  },
} as const satisfies Readonly<Record<string, Rule>>;
