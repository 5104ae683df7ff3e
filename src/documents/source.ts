import type { Catalog } from '../database/catalog/catalog.ts';
import { countObjects, type ObjectCounts } from '../database/counts.ts';
import { readComments } from '../database/documentation/comments.ts';
import { describeSchemas, type SchemaDescription } from '../database/documentation/describe.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { inOrder } from '../database/ledger/order.ts';
import type { Database, ReadDatabase } from '../domain/ports/database.ts';
import type { Session } from '../domain/session.ts';
import { catalogOf } from '../schema/catalog-of.ts';
import { inspectedIn } from '../schema/inspected-in.ts';
import { ledgerOf } from '../schema/ledger-of.ts';
import type { Target } from '../targets/target.ts';
import type { Context } from '../workspace/context.ts';
import { type DatabaseLocation, databaseLocation, locationText } from './location.ts';

/** The live database that documents are written from. */
export interface DocumentSource {
  readonly target: Database['target'];
  readonly location: DatabaseLocation;
  readonly session: Session;
  readonly catalog: Catalog;
  readonly counts: ObjectCounts;
  readonly schemas: readonly SchemaDescription[];
  /** In the order of the migrations. */
  readonly ledger: readonly LedgerRow[];
  /** A sentence with the database, its server's version and its last migration. */
  readonly description: string;
}

/** Reads the database of a target, or takes what was read since the last change of it. */
export async function documentSource(context: Context, target: Target): Promise<DocumentSource> {
  return readSource(target.database, await databaseLocation(context, target));
}

/** Reads a database at a known location. */
export async function readSource(
  database: ReadDatabase,
  location: DatabaseLocation,
): Promise<DocumentSource> {
  const session = await database.session();
  const [catalog, comments, rows] = await Promise.all([
    catalogOf(database),
    inspectedIn(database, 'comments', () => readComments(session)),
    ledgerOf(database),
  ]);
  const ledger = inOrder(rows);
  const last = ledger.at(-1)?.name ?? 'none';
  return {
    target: database.target,
    location,
    session,
    catalog,
    counts: countObjects(catalog),
    schemas: describeSchemas(catalog, comments),
    ledger,
    description: `Source: the live catalog of ${locationText(location)} (PostgreSQL ${catalog.serverVersion}); ${ledger.length} migrations applied, most recently \`${last}\`.`,
  };
}
