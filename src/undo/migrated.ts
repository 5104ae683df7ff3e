import type { Stack } from '../containers/stack.ts';
import type { Catalog } from '../database/catalog/catalog.ts';
import { populatedSchemas } from '../database/comparison/scope.ts';
import { readLedger } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { inOrder } from '../database/ledger/order.ts';
import type { Database } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';
import { type DumpLocation, dumpLocation } from '../dumps/location.ts';
import type { Context } from '../workspace/context.ts';
import { readMigration } from '../workspace/migrations.ts';
import { type DoneMigrations, where } from './undoing.ts';

/** What the database says now of the migrations that a rollout applied. `stack` is null without containers. */
export type Migrated =
  | { readonly is: 'elsewhere' }
  | { readonly is: 'undone' }
  | { readonly is: 'stopped'; readonly stack: Stack | null }
  | Applied;

export interface Applied {
  readonly is: 'applied';
  readonly stack: Stack | null;
  readonly session: Session;
  /** In the order in which they were applied. */
  readonly ledger: readonly LedgerRow[];
  /** Those of the ledger that the rollout applied. */
  readonly mine: readonly [LedgerRow, ...LedgerRow[]];
}

/** Reads the ledger; changes nothing. */
export async function migratedBy(context: Context, done: DoneMigrations): Promise<Migrated> {
  const location = placeOf(context, done);
  if (location === null) return { is: 'elsewhere' };
  const { database, stack } = location;
  if ((await database.state()).is !== 'present') return { is: 'stopped', stack };
  const session = await database.session();
  const ledger = inOrder((await readLedger(session)) ?? []);
  const [first, ...rest] = ledger.filter(({ name }) => done.names.includes(name));
  return first === undefined
    ? { is: 'undone' }
    : { is: 'applied', stack, session, ledger, mine: [first, ...rest] };
}

function placeOf(
  context: Context,
  { database: name }: DoneMigrations,
): { readonly database: Database; readonly stack: Stack | null } | null {
  if (name === 'production') return where(context);
  return context.database.target === name ? { database: context.database, stack: context.stack } : null;
}

/** What the applied migrations make of an empty database, and the schemas that it is in, sorted by name. */
export async function schemasOf(
  context: Context,
  ledger: readonly LedgerRow[],
): Promise<{ readonly expected: Catalog; readonly names: readonly string[] }> {
  const expected = await context.catalogs.after(await Promise.all(ledger.map(asFile)));
  return { expected, names: [...populatedSchemas(expected)].sort() };
}

async function asFile({ name, body }: LedgerRow) {
  const file = await readMigration(name, body);
  if ('faults' in file) throw new Error(`the ledger's ${name} is no migration that could be applied`);
  return file;
}

/** Where the dumps of that database are kept; null for the embedded engine. */
export function dumpsOf(
  context: Context,
  { database }: DoneMigrations,
  stack: Stack | null,
): Promise<DumpLocation | null> {
  return dumpLocation(database === 'production' ? context : { ...context, production: null, stack });
}
