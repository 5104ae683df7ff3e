import type { Catalog } from '../database/catalog/catalog.ts';
import { catalogNow } from '../database/catalog/catalog-now.ts';
import { countObjects, type ObjectCounts } from '../database/counts.ts';
import { readComments } from '../database/documentation/comments.ts';
import { describeSchemas, type SchemaDescription } from '../database/documentation/describe.ts';
import { readLedger } from '../database/ledger/ledger.ts';
import type { LedgerRow } from '../database/ledger/ledger-row.ts';
import { inOrder } from '../database/ledger/order.ts';
import type { Database } from '../domain/ports/database.ts';
import type { Session } from '../domain/session.ts';
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

/** Reads the database of a target. */
export async function documentSource(context: Context, target: Target): Promise<DocumentSource> {
  const { database } = target;
  return readSource(await database.session(), database.target, await databaseLocation(context, target));
}

/** Reads a database at a known location. */
export async function readSource(
  session: Session,
  target: Database['target'],
  location: DatabaseLocation,
): Promise<DocumentSource> {
  const catalog = await catalogNow(session);
  const comments = await readComments(session);
  const ledger = inOrder((await readLedger(session)) ?? []);
  const last = ledger.at(-1)?.name ?? 'none';
  return {
    target,
    location,
    session,
    catalog,
    counts: countObjects(catalog),
    schemas: describeSchemas(catalog, comments),
    ledger,
    description: `Source: the live catalog of ${locationText(location)} (PostgreSQL ${catalog.serverVersion}); ${ledger.length} migrations applied, most recently \`${last}\`.`,
  };
}
