import type { Catalog } from '../database/catalog/catalog.ts';
import { populatedSchemas } from '../database/comparison/scope.ts';
import { readLedger } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { inOrder } from '../database/ledger/order.ts';
import type { Session } from '../domain/session.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { readMigration } from '../workspace/migrations.ts';
import { type DoneMigrations, productionNow } from './undoing.ts';

/** The current state of the migrations that a rollout applied. */
export type Migrated =
  | { readonly is: 'elsewhere' }
  | { readonly is: 'undone' }
  | { readonly is: 'stopped'; readonly target: Target }
  | Applied;

export interface Applied {
  readonly is: 'applied';
  readonly target: Target;
  readonly session: Session;
  /** In the order in which they were applied. */
  readonly ledger: readonly LedgerRow[];
  /** Those of the ledger that the rollout applied. */
  readonly mine: readonly [LedgerRow, ...LedgerRow[]];
}

/** Reads the ledger; changes nothing. */
export async function migratedBy(context: Context, done: DoneMigrations): Promise<Migrated> {
  const target = targetOf(context, done);
  if (target === null) return { is: 'elsewhere' };
  const { database } = target;
  if ((await database.state()).is !== 'present') return { is: 'stopped', target };
  const session = await database.session();
  const ledger = inOrder((await readLedger(session)) ?? []);
  const [first, ...rest] = ledger.filter(({ name }) => done.names.includes(name));
  return first === undefined
    ? { is: 'undone' }
    : { is: 'applied', target, session, ledger, mine: [first, ...rest] };
}

function targetOf(context: Context, { database: name }: DoneMigrations): Target | null {
  if (name === 'production') return productionNow(context);
  return context.local.database.target === name ? context.local : null;
}

/** Returns the catalog that the applied migrations make of an empty database, and its schemas, sorted by name. */
export async function schemasOf(
  context: Context,
  ledger: readonly LedgerRow[],
): Promise<{ readonly expected: Catalog; readonly names: readonly string[] }> {
  const expected = await context.catalogs.after(await Promise.all(ledger.map(fileOf)));
  return { expected, names: [...populatedSchemas(expected)].sort() };
}

/** Returns an applied migration as a file, with the text in the ledger. */
export async function fileOf({ name, body }: LedgerRow): Promise<MigrationFile> {
  const file = await readMigration(name, body);
  if ('faults' in file) throw new Error(`the ledger contains ${name}, which is not a valid migration`);
  return file;
}
