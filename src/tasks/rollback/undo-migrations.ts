import { dumpFolder } from '../../commands/dump.ts';
import { catalogNow } from '../../database/catalog/catalog-now.ts';
import { compareCatalogs } from '../../database/comparison/compare.ts';
import { populatedSchemas } from '../../database/comparison/scope.ts';
import { contentsOf } from '../../database/drop/table-contents.ts';
import { readLedger } from '../../database/ledger/ledger.ts';
import type { LedgerRow } from '../../database/ledger/ledger-row.ts';
import { inOrder } from '../../database/ledger/order.ts';
import type { Consent, PlannedChange } from '../../domain/change.ts';
import type { Database } from '../../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Session } from '../../domain/session.ts';
import type { SchemasToDrop, TableContent } from '../../domain/sql-change.ts';
import type { Context } from '../context.ts';
import { dumpChange } from '../dumps/dump-change.ts';
import { dumpPlace } from '../dumps/place.ts';
import { containerNamed } from '../stack/container.ts';
import { type Stack, services } from '../stack/stack.ts';
import { readMigration } from '../workspace/migrations.ts';
import { type DoneMigrations, stays, type Undoing, undone, where } from './undoing.ts';

/** The schemas that the migrations made, where nothing would be lost with them; else with a yes, and a dump. */
export async function undoMigrations(context: Context, done: DoneMigrations): Promise<Undoing> {
  const place = placeOf(context, done);
  if (place === null) return stays(`the ${done.database} database: the local test runs elsewhere now`);
  const { database, stack } = place;
  if ((await database.state()).is !== 'present') return notRunning(context, place);
  const session = await database.session();
  const ledger = inOrder((await readLedger(session)) ?? []);
  const mine = ledger.filter(({ name }) => done.names.includes(name));
  if (mine.length === 0) return undone;
  if (mine.length < ledger.length) {
    const names = mine.map(({ name }) => name).join(', ');
    return stays(`${names}: no way back from a migration alone, and earlier ones are applied`);
  }
  const files = await Promise.all(ledger.map(asFile));
  const expected = await context.catalogs.after(files);
  const names = [...populatedSchemas(expected)].sort();
  if (names.includes('public')) return stays('the migrations made objects in the schema public, too');
  const contents = await contentsOf(session, names);
  const extra = await extraIn(session, expected, names);
  const schemas = { names, migrations: ledger.map(({ name }) => name), contents };
  const head = ledger.at(-1)?.name ?? null;
  const consent = consentFor(contents, extra);
  const drop: PlannedChange = {
    status: 'exact',
    change: { kind: 'sql', database: done.database, operation: { type: 'drop', schemas }, before: { head } },
    ...(consent === null ? {} : { consent }),
  };
  if (consent === null) return { changes: [drop], kept: null };
  const dump = await dumpOf(context, stack, done, schemas, head);
  if ('code' in dump) throw new ProblemError(dump);
  return { changes: [dump, drop], kept: null };
}

interface Place {
  readonly database: Database;
  /** Null for the embedded engine, and a server that a URL names. */
  readonly stack: Stack | null;
}

function placeOf(context: Context, { database: name }: DoneMigrations): Place | null {
  if (name === 'production') return where(context);
  return context.database.target === name ? { database: context.database, stack: context.stack } : null;
}

/** What nobody can look into is not dropped; where its container is gone, so is all that runs on it. */
async function notRunning({ signal }: Context, { stack }: Place): Promise<Undoing> {
  if (stack === null) return undone;
  const container = await containerNamed(stack.host, services.database.name, signal);
  if (container !== null) throw new ProblemError(stopped(stack));
  return stays('the schemas lie in data/, and no container runs on it');
}

async function asFile({ name, body }: LedgerRow) {
  const file = await readMigration(name, body);
  if ('faults' in file) throw new Error(`the ledger's ${name} is no migration that could be applied`);
  return file;
}

/** What somebody made in the schemas by hand would be lost with them. */
async function extraIn(
  session: Session,
  expected: Parameters<typeof compareCatalogs>[0],
  schemas: readonly string[],
): Promise<readonly string[]> {
  return compareCatalogs(expected, await catalogNow(session), { strict: true })
    .filter(({ aspect, schema }) => aspect === 'extra' && schema !== null && schemas.includes(schema))
    .map(({ kind, name }) => `${kind} ${name}`);
}

function consentFor(contents: readonly TableContent[], extra: readonly string[]): Consent | null {
  const tables = contents.map(({ table, rows }) => `${table} (${rows} rows)`);
  const lost = [...tables, ...extra];
  if (lost.length === 0) return null;
  const more = lost.length > 3 ? ` and ${lost.length - 3} more` : '';
  const why = `${lost.slice(0, 3).join(', ')}${more} would be dropped with the schemas; a dump is made and read back first.`;
  return { flag: '--force', why };
}

async function dumpOf(
  context: Context,
  stack: Stack | null,
  { database }: DoneMigrations,
  { contents }: SchemasToDrop,
  head: string | null,
): Promise<PlannedChange | Problem> {
  const place = await dumpPlace(
    database === 'production' ? context : { ...context, production: null, stack },
  );
  if (place !== null) return dumpChange(place, 'before its schemas are dropped', context.signal);
  // Named by what it holds: a rollback that was killed meanwhile makes it again, and no second one.
  const rows = contents.reduce((sum, one) => sum + one.rows, 0);
  const path = `${dumpFolder}/embedded-${rows}-rows-${contents[0]?.digest.slice(0, 8) ?? 'empty'}.tar.gz`;
  const operation = { type: 'dump', path } as const;
  return { status: 'exact', change: { kind: 'sql', database, operation, before: { head } } };
}

function stopped({ host }: Stack): Problem {
  return {
    code: 'ERP-0832',
    what: `The database on ${host.name} does not run, so nobody can see whether its tables are empty.`,
    why: 'Its container is there, and stopped.',
    todo: [`Start it there: docker start ${services.database.name}`, 'Then start again.'],
    exit: exitCodes.prerequisite,
  };
}
