import type { Session } from '../../domain/session.ts';
import type { Catalog } from './catalog.ts';
import { readCatalogAt } from './read-catalog.ts';
import { momentQuery } from './script.ts';

const known = new WeakMap<Session, Awaited<ReturnType<typeof readCatalogAt>>>();

/**
 * The catalog as it is now, without reading it again where nothing was written to the server since: whatever
 * changes a catalog takes a transaction id.
 * @throws DatabaseError when the server refuses
 */
export async function catalogNow(session: Session): Promise<Catalog> {
  const before = known.get(session);
  if (before !== undefined) {
    const [now] = await session.query(momentQuery);
    if (before.moment !== null && before.moment === now?.moment) return before.catalog;
  }
  const read = await readCatalogAt(session);
  known.set(session, read);
  return read.catalog;
}
