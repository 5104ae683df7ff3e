import { z } from 'zod';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { rollBack } from '../roll-back.ts';

/** Tables that are counted in one round trip. */
const atOnce = 50;

/** The server gave up, may not show all rows, or the table is gone or locked: then there is only an estimate. */
const uncounted = /^(57014|42501|42P01|55P03)$/;

const countRow = z.object({ rows: z.string() });
const estimateRow = z.object({ name: z.string(), rows: z.string().nullable() });

/**
 * Counts the rows of tables, each for five seconds at most; after that it takes the estimate of the server's statistics.
 * Changes nothing. The session must not be in a transaction.
 * @param tables names as SQL writes them
 * @returns by table, in words: `3 rows`, `about 1200 rows, by estimate`
 * @throws DatabaseError when the connection fails
 */
export async function countRows(
  session: Session,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const counted = new Map<string, string>();
  for (let first = 0; first < tables.length; first += atOnce) {
    const some = tables.slice(first, first + atOnce);
    const exact = (await exactly(session, some)) ?? (await oneByOne(session, some));
    for (const [table, rows] of exact) counted.set(table, rows === 1 ? '1 row' : `${rows} rows`);
  }
  const rest = tables.filter((table) => !counted.has(table));
  return new Map([...counted, ...(rest.length === 0 ? [] : await estimated(session, rest))]);
}

type Counted = readonly (readonly [table: string, rows: number])[];

async function oneByOne(session: Session, tables: readonly string[]): Promise<Counted> {
  const found: (readonly [string, number])[] = [];
  for (const table of tables) found.push(...((await exactly(session, [table])) ?? []));
  return found;
}

/** Null if the server refuses to count one of them. With `row_security` off it refuses rather than leave rows out. */
async function exactly(session: Session, tables: readonly string[]): Promise<Counted | null> {
  const counts = tables.map((table) => `select count(*)::text as rows from ${table}`);
  const settings = `set local statement_timeout = '5s'; set local row_security = off`;
  try {
    const results = await session.script(`begin read only; ${settings}; ${counts.join('; ')}; rollback`);
    return tables.map((table, place) => [table, Number(countRow.parse(results[place]?.[0]).rows)] as const);
  } catch (error) {
    await rollBack(session);
    if (error instanceof DatabaseError && uncounted.test(error.fault.code)) return null;
    throw error;
  }
}

/** A table that was never analyzed has no estimate. */
async function estimated(session: Session, tables: readonly string[]): Promise<readonly [string, string][]> {
  const rows = await session.query(
    `select t.name, case when bool_or(c.reltuples < 0) then null else sum(c.reltuples)::bigint::text end as rows
       from unnest($1::text[]) t (name), lateral (
         select to_regclass(t.name)::oid as oid union select relid from pg_catalog.pg_partition_tree(to_regclass(t.name))) p
       join pg_catalog.pg_class c on c.oid = p.oid and c.relkind = 'r'
      group by t.name`,
    [tables],
  );
  return rows.map((row) => {
    const { name, rows: known } = estimateRow.parse(row);
    return [name, known === null ? 'an unknown number of rows' : `about ${known} rows, by estimate`];
  });
}
