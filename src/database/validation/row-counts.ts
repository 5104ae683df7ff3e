import * as z from 'zod';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { rollBack } from '../roll-back.ts';

/** How many tables are counted in one round trip. */
const tablesPerQuery = 50;

/** SQLSTATE codes of a timeout, a missing privilege, or a missing or locked table: the rows are estimated instead. */
const uncounted = /^(57014|42501|42P01|55P03)$/;

const countRow = z.object({ rows: z.string() });
const estimateRow = z.object({ name: z.string(), rows: z.string().nullable() });

/**
 * Counts the rows of tables, each for five seconds at most; after that it uses the server's statistics as an estimate.
 * Changes nothing. The session must not be in a transaction.
 * @param tables names as SQL writes them
 * @returns by table, as text: `3 rows`, `about 1200 rows, by estimate`
 * @throws DatabaseError if the connection fails
 */
export async function countRows(
  session: Session,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const counted = new Map<string, string>();
  for (let first = 0; first < tables.length; first += tablesPerQuery) {
    const some = tables.slice(first, first + tablesPerQuery);
    const exact = (await exactly(session, some)) ?? (await oneByOne(session, some));
    for (const [table, rows] of exact) counted.set(table, rows === 1 ? '1 row' : `${rows} rows`);
  }
  const rest = tables.filter((table) => !counted.has(table));
  return new Map([...counted, ...(rest.length === 0 ? [] : await estimated(session, rest))]);
}

type Counted = readonly (readonly [table: string, rows: number])[];

async function oneByOne(session: Session, tables: readonly string[]): Promise<Counted> {
  const counted: (readonly [string, number])[] = [];
  for (const table of tables) counted.push(...((await exactly(session, [table])) ?? []));
  return counted;
}

/**
 * Returns null if the server cannot count one of the tables. With `row_security` off, the query fails instead of
 * leaving rows out.
 */
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

/** Estimates the rows; a table that was never analyzed has no estimate. */
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
    const { name, rows: estimate } = estimateRow.parse(row);
    return [name, estimate === null ? 'an unknown number of rows' : `about ${estimate} rows, by estimate`];
  });
}
