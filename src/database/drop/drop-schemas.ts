import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import type { SchemasToDrop, TableContent } from '../../domain/sql-change.ts';
import { ledgerSchema, readLedger } from '../ledger/ledger.ts';
import {
  alwaysMayCommit,
  defaultLockTimeout,
  inLedgerTransaction,
  type MayCommit,
} from '../ledger/transaction.ts';
import { quotedName } from '../sql/quoted-name.ts';
import { contentsOf, tablesOf } from './table-contents.ts';

/**
 * Drops schemas and the ledger in one transaction, with every table locked and counted.
 * @param head the ledger's head that the change was confirmed for
 * @throws ProblemError if rows, the ledger or an object outside the schemas changed after the confirmation
 */
export async function dropSchemas(
  session: Session,
  schemas: SchemasToDrop,
  head: string | null,
  mayCommit: MayCommit = alwaysMayCommit,
): Promise<void> {
  const act = async () => {
    await dropConfirmed(session, schemas);
    await session.script(`drop schema ${ledgerSchema} cascade`);
  };
  await inLedgerTransaction(session, head, defaultLockTimeout, act, mayCommit);
}

/**
 * Drops the schemas in the open transaction, but not the ledger.
 * @throws ProblemError as `dropSchemas`
 */
export async function dropConfirmed(
  session: Session,
  { names, migrations, contents }: SchemasToDrop,
): Promise<void> {
  const applied = (await readLedger(session)) ?? [];
  const others = applied.filter(({ name }) => !migrations.includes(name)).map(({ name }) => name);
  if (others.length > 0) throw new ProblemError(otherMigrations(others));
  const tables = await tablesOf(session, names);
  if (tables.length > 0) await session.script(`lock table ${tables.join(', ')} in access exclusive mode`);
  const found = await contentsOf(session, names);
  if (JSON.stringify(found) !== JSON.stringify(contents)) throw new ProblemError(rowsChanged(found));
  const before = await objectsOutside(session, names);
  await session.script(`drop schema ${names.map(quotedName).join(', ')} cascade`);
  const after = new Set(await objectsOutside(session, names));
  const lost = before.filter((name) => !after.has(name));
  if (lost.length > 0) throw new ProblemError(outsideDepends(lost));
}

/** Returns the names of objects outside the schemas: tables, views, keys, triggers, functions, types. */
async function objectsOutside(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  const rows = await session.query(
    `with elsewhere as (
       select oid from pg_catalog.pg_namespace
        where nspname !~ '^pg_' and nspname <> 'information_schema'
          and nspname <> '${ledgerSchema}' and nspname <> all ($1::text[]))
     select name from (
       select 'relation ' || oid::regclass::text from pg_catalog.pg_class where relnamespace in (select oid from elsewhere)
       union all
       select 'column ' || a.attname || ' of ' || c.oid::regclass::text
         from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
        where c.relnamespace in (select oid from elsewhere) and a.attnum > 0 and not a.attisdropped
       union all
       select 'default of ' || a.attname || ' of ' || c.oid::regclass::text
         from pg_catalog.pg_attrdef d join pg_catalog.pg_class c on c.oid = d.adrelid
         join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
        where c.relnamespace in (select oid from elsewhere)
       union all
       select 'constraint ' || conname || ' on ' || conrelid::regclass::text
         from pg_catalog.pg_constraint where connamespace in (select oid from elsewhere)
       union all
       select 'trigger ' || t.tgname || ' on ' || c.oid::regclass::text
         from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
        where not t.tgisinternal and c.relnamespace in (select oid from elsewhere)
       union all
       select 'function ' || oid::regprocedure::text from pg_catalog.pg_proc where pronamespace in (select oid from elsewhere)
       union all
       select 'type ' || oid::regtype::text from pg_catalog.pg_type where typnamespace in (select oid from elsewhere)
     ) as found(name) order by 1`,
    [schemas],
  );
  return rows.map(({ name }) => String(name));
}

const nothingDropped = 'Nothing was dropped: its transaction was rolled back.';

function rowsChanged(found: readonly TableContent[]): Problem {
  const contents = found.map(({ table, rows }) => `${table} (${rows})`).join(', ') || 'no table';
  return {
    code: 'ERP-0840',
    what: 'The rows of the schemas changed after they were inspected.',
    why: `Rows are now in ${contents}. ${nothingDropped}`,
    todo: [
      { text: 'Stop the clients that write to these schemas.' },
      { text: 'Then plan the rollback again', command: ['erp-deploy', 'rollback'] },
    ],
    exit: exitCodes.stepFailed,
  };
}

function otherMigrations(names: readonly string[]): Problem {
  return {
    code: 'ERP-0841',
    what: `The ledger has migrations that this rollout did not apply: ${names.join(', ')}.`,
    why: nothingDropped,
    todo: [{ text: 'Plan the rollback again', command: ['erp-deploy', 'rollback'] }],
    exit: exitCodes.stepFailed,
  };
}

function outsideDepends(names: readonly string[]): Problem {
  return {
    code: 'ERP-0842',
    what: `Dropping the schemas would also drop objects outside of them: ${names[0] ?? ''}${names.length > 1 ? ` and ${names.length - 1} more` : ''}.`,
    why: `They depend on objects in the schemas. ${nothingDropped}`,
    todo: [{ text: 'Drop or change them yourself, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: names.slice(0, 20),
  };
}
