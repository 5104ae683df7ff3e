import { readCatalog } from '../database/catalog/read-catalog.ts';
import { compareCatalogs } from '../database/comparison/compare.ts';
import { contentsOf } from '../database/drop/table-contents.ts';
import type { Session } from '../domain/session.ts';

const ownSchemas = "nspname !~ '^pg_' and nspname <> 'information_schema'";

async function schemasIn(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `select nspname as name from pg_catalog.pg_namespace where ${ownSchemas} order by 1`,
  );
  return rows.map(({ name }) => String(name));
}

/**
 * Lets nothing write to any table until the session is closed or lost; reading goes on.
 * @throws DatabaseError if another session writes for longer than the lock timeout
 */
export async function holdWrites(session: Session): Promise<void> {
  await session.script('begin; set local idle_in_transaction_session_timeout = 0');
  const rows = await session.query(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and c.relpersistence <> 't' and ${ownSchemas} order by 1`,
  );
  if (rows.length > 0)
    await session.script(`lock table ${rows.map(({ name }) => String(name)).join(', ')} in share mode`);
}

/**
 * Compares a copy with its original: the catalogs, and in every table the number and a digest of its rows.
 * @returns the differences, one in a line
 */
export async function copyDifferences(original: Session, copy: Session): Promise<readonly string[]> {
  const [before, after] = [await readCatalog(original), await readCatalog(copy)];
  const objects = (await compareCatalogs(before, after))
    .filter(({ severity }) => severity === 'difference')
    .map(({ kind, name, aspect }) => `${kind} ${name}: ${aspect}`);
  const schemas = await schemasIn(original);
  const [rows, copied] = [await contentsOf(original, schemas), await contentsOf(copy, schemas)];
  const tables = new Set([...rows, ...copied].map(({ table }) => table));
  const differing = [...tables].flatMap((table) => {
    const [one, other] = [rows, copied].map((all) => all.find((found) => found.table === table));
    if (one?.rows === other?.rows && one?.digest === other?.digest) return [];
    return [`${table}: ${one?.rows ?? 0} rows, ${other?.rows ?? 0} in the copy, or other content`];
  });
  return [...objects, ...differing];
}
