import * as z from 'zod';
import type { Database } from '../domain/ports/database.ts';
import type { ExtensionUpdate } from '../domain/sql-change.ts';
import { inspectedIn } from './inspected-in.ts';

/** Collations whose sort order may have changed since text indexes were built: the C library or ICU is another one. */
export interface OutdatedCollations {
  /** The database's default collation, and others by name: the version that indexes were built with, and the actual one. */
  readonly differences: readonly {
    readonly name: string;
    readonly recorded: string;
    readonly actual: string;
  }[];
  /** The indexes whose order depends on them, as SQL names them. */
  readonly indexes: readonly string[];
}

/** What a server says about itself. */
export interface ServerFacts {
  /** Such as `17.6`. */
  readonly version: string;
  /** Null if every version is the actual one. */
  readonly collations: OutdatedCollations | null;
  /** pgvector; null if it is not installed, or not older. */
  readonly extension: ExtensionUpdate | null;
}

const answerSchema = z.object({
  version: z.string(),
  differences: z.array(z.object({ name: z.string(), recorded: z.string(), actual: z.string() })),
  indexes: z.array(z.string()),
  installed: z.nullish(z.string()),
  available: z.nullish(z.string()),
});

const vector = 'vector';

/**
 * A collation has an outdated version if the library that it was used with is replaced, as by another image: PostgreSQL
 * only warns, and indexes on text find no rows any more. (PostgreSQL, ALTER COLLATION and ALTER DATABASE, REFRESH
 * VERSION.) Collations that nothing depends on do not matter. 100 is the database's default collation.
 */
const question = `
  with outdated as (
    select 100::oid as id, 'default' as name, d.datcollversion as recorded,
           pg_catalog.pg_database_collation_actual_version(d.oid) as actual
      from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
    union all
    select c.oid, c.oid::pg_catalog.regcollation::text, c.collversion,
           pg_catalog.pg_collation_actual_version(c.oid)
      from pg_catalog.pg_collation c
     where c.collversion is not null and exists (
       select from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.refobjid = c.oid)
  ), differs as (select * from outdated where recorded <> actual)
  select pg_catalog.current_setting('server_version') as version, x.installed_version as installed,
    x.default_version as available,
    coalesce((select pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', name, 'recorded', recorded, 'actual', actual) order by name) from differs), '[]') as differences,
    coalesce((select pg_catalog.json_agg(i.indexrelid::pg_catalog.regclass::text order by 1)
      from pg_catalog.pg_index i join pg_catalog.pg_class k on k.oid = i.indexrelid
     where k.relkind = 'i' and exists (select from differs where differs.id = any (i.indcollation))), '[]') as indexes
    from (select) one left join pg_catalog.pg_available_extensions x on x.name = '${vector}'`;

/** Returns what a database's server says about itself. */
export function serverFacts(database: Database): Promise<ServerFacts> {
  return inspectedIn(database, 'server', async () => {
    const [row] = await (await database.session()).query(question);
    const { version, differences, indexes, installed, available } = answerSchema.parse(row);
    const isOlder = installed != null && available != null && isBefore(installed, available);
    return {
      version,
      collations: differences.length === 0 ? null : { differences, indexes },
      extension: isOlder ? { name: vector, installed, available } : null,
    };
  });
}

/** Compares versions such as `0.8.0`, number by number. */
function isBefore(one: string, other: string): boolean {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = (a ?? []).findIndex((part, index) => part !== b?.[index]);
  return at === -1 ? (a ?? []).length < (b ?? []).length : (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

/** Returns the version of a database's server, such as `17.6`. */
export async function versionOf(database: Database): Promise<string> {
  return (await serverFacts(database)).version;
}
