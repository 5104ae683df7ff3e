import type { Session } from '../../domain/session.ts';
import type { Catalog } from './catalog.ts';
import { readCatalog } from './read-catalog.ts';

const read = new WeakMap<Session, { readonly snapshot: string; readonly catalog: Catalog }>();

const now = `select pg_catalog.pg_current_snapshot()::text as snapshot,
  pg_catalog.pg_current_xact_id_if_assigned() is not null as writing`;

/**
 * The catalog as it is now, without reading it again where nothing was written to the server since: whatever
 * changes a catalog takes a transaction id, and each id that was given out shows in the snapshot; only that of the
 * session's own open transaction does not.
 * Source: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 * @throws DatabaseError when the server refuses
 */
export async function catalogNow(session: Session): Promise<Catalog> {
  // Taken before the read: what is written meanwhile shows in the next one.
  const [row] = await session.query(now);
  const snapshot = String(row?.snapshot);
  const before = read.get(session);
  if (before?.snapshot === snapshot && row?.writing === false) return before.catalog;
  const catalog = await readCatalog(session);
  read.set(session, { snapshot, catalog });
  return catalog;
}
