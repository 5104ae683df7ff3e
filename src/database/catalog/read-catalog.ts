import type { Session } from '../../domain/session.ts';
import { assemble } from './assemble.ts';
import type { Catalog } from './catalog.ts';
import { dependencyRow, detailRow, memberRow, notComparedRow, objectRow, versionRow } from './query-rows.ts';
import { catalogScript } from './script.ts';
import { unqualifier } from './unqualify.ts';

/**
 * Reads the catalog of a database: every schema except PostgreSQL's own and the ledger's, and the roles named `erp_…`.
 * Takes one round trip and the same number of queries whatever the size; changes nothing, inside or outside of a
 * transaction. The same schema gives the same catalog on PostgreSQL 15 to 18.
 * @throws DatabaseError if a query fails
 */
export async function readCatalog(session: Session): Promise<Catalog> {
  return (await readCatalogAt(session)).catalog;
}

/**
 * Reads the catalog together with the moment after which it may have changed; the moment is null in a transaction that
 * has written.
 */
export async function readCatalogAt(
  session: Session,
): Promise<{ readonly catalog: Catalog; readonly moment: string | null }> {
  const answers = await session.script(catalogScript);
  const [, versions = [], members = [], dependencies = [], details = [], rest = [], ...objects] = answers;
  const rows = objects.slice(0, -1).flatMap((list) => list.map((row) => objectRow.parse(row)));
  const needs = dependencies.map((row) => dependencyRow.parse(row));
  const { version: serverVersion, moment, owner, settings, session: own } = versionRow.parse(versions[0]);
  const named = unqualifier(members.map((row) => memberRow.parse(row)));
  const others = rest.map((row) => notComparedRow.parse(row));
  const notCompared = others.map(({ name }) => name);
  const catalog = {
    serverVersion,
    ...(owner === null ? {} : { usualOwner: owner }),
    ...(own === null ? {} : { settings: own }),
    ...(settings ? { hasSettings: true as const } : {}),
    ...(notCompared.length === 0 ? {} : { notCompared }),
    objects: assemble(
      rows,
      new Map(needs.map((one) => [one.object, one.needs])),
      details.map((row) => detailRow.parse(row)),
      named,
      new Map(others.flatMap(({ address, name }) => (address === null ? [] : [[address, name]]))),
    ),
  };
  return { catalog, moment };
}
