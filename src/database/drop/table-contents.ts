import type { Session } from '../../domain/session.ts';
import type { TableContent } from '../../domain/sql-change.ts';

/** Returns the tables of these schemas, qualified, and quoted if SQL requires it. */
export async function tablesOf(session: Session, schemas: readonly string[]): Promise<readonly string[]> {
  const rows = await session.query(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname = any ($1::text[]) order by 1`,
    [schemas],
  );
  return rows.map(({ name }) => String(name));
}

/**
 * Returns the tables of these schemas that have rows, each with a digest of its rows: it differs if a row was changed.
 * The digest does not depend on the order of the rows.
 */
export async function contentsOf(
  session: Session,
  schemas: readonly string[],
): Promise<readonly TableContent[]> {
  const contents: TableContent[] = [];
  for (const table of await tablesOf(session, schemas)) {
    // md5 only distinguishes rows here, it protects nothing; a sum needs no memory, however many rows there are.
    const [row] = await session.query(
      `select count(*)::text as rows, coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)::text as digest from only ${table} t`,
    );
    const rows = Number(row?.rows);
    if (rows > 0) contents.push({ table, rows, digest: String(row?.digest) });
  }
  return contents;
}
