import type { Catalog } from '../database/catalog/catalog.ts';
import { catalogNow } from '../database/catalog/catalog-now.ts';
import type { ReadDatabase } from '../domain/ports/database.ts';
import { inspectedIn } from './inspected-in.ts';

/** Returns the current catalog of a database. @throws DatabaseError if a query fails */
export function catalogOf(database: ReadDatabase): Promise<Catalog> {
  return inspectedIn(database, 'catalog', async () => catalogNow(await database.session()));
}
