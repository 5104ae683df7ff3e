import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Session } from '../../domain/session.ts';
import { literal } from '../ledger/literal.ts';
import { quotedName } from '../sql/quoted-name.ts';

const prefix = 'erp_deploy_rehearsal_';

/** Characters of the digest in the name of a scratch database. */
const digits = 16;

/**
 * Returns the name of the scratch database for a production database: always the same one, so that the next run finds
 * it.
 */
export function scratchNameFor(database: string): string {
  return `${prefix}${createHash('sha256').update(database).digest('hex').slice(0, digits)}`;
}

/** The comment on everything in the server that a rehearsal creates: without it, nothing is dropped. */
const markOf = (database: string) =>
  `Created by erp-deploy for a rehearsal of the migrations of ${database}.`;

/** SQL of the name of the current database's scratch database. */
const nameHere = `'${prefix}' || left(encode(sha256(convert_to(current_database(), 'UTF8')), 'hex'), ${digits})`;

/** SQL of the comment on what a rehearsal for the current database creates. */
const markHere = `'${markOf("' || current_database() || '")}'`;

/**
 * SQL for the name of a scratch database or role that an interrupted rehearsal for the current database left behind,
 * and that no session uses; null if there is none. A database without the comment counts as ours only if it does not
 * accept connections, which is how it is created.
 */
export const abandonedRehearsal = `(select d.datname::text from pg_catalog.pg_database d
    where d.datname = ${nameHere} and pg_get_userbyid(d.datdba) = current_user
      and case when shobj_description(d.oid, 'pg_database') is null then not d.datallowconn
               else shobj_description(d.oid, 'pg_database') = ${markHere} end
      and not exists (select from pg_catalog.pg_stat_activity a where a.datid = d.oid)
   union all
   select r.rolname::text from pg_catalog.pg_roles r where shobj_description(r.oid, 'pg_authid') = ${markHere}
   limit 1)`;

const scratchSchema = z.object({
  isOurs: z.boolean(),
  /** Sessions in it, as text; null if there are none. */
  sessions: z.string().nullable(),
});

/** A database with the name of our scratch database. */
export type FoundScratch = z.infer<typeof scratchSchema>;

/** Returns the database that has the name of the scratch database; null if there is none. */
export async function findScratch(production: Session): Promise<FoundScratch | null> {
  const [row] = await production.query(
    `select pg_get_userbyid(d.datdba) = current_user
            and case when shobj_description(d.oid, 'pg_database') is null then not d.datallowconn
                     else shobj_description(d.oid, 'pg_database') = ${markHere} end as "isOurs",
            (select string_agg(format('process %s of %s', a.pid, a.usename), ', ' order by a.pid)
               from pg_catalog.pg_stat_activity a where a.datid = d.oid) as sessions
       from pg_catalog.pg_database d where d.datname = ${nameHere}`,
  );
  return row === undefined ? null : scratchSchema.parse(row);
}

const localeSchema = z.object({ options: z.string() });

/**
 * Creates the scratch database: empty, with the encoding and the locale of the current database. It accepts connections
 * only once it has its comment, and PUBLIC has no right to connect.
 */
export async function createScratch(production: Session, database: string): Promise<void> {
  const name = scratchNameFor(database);
  const [row] = await production.query(localeOptions);
  const { options } = localeSchema.parse(row);
  await production.script(`create database ${name} template template0 allow_connections false ${options}`);
  await production.script(
    `revoke all on database ${name} from public;
     comment on database ${name} is ${literal(markOf(database))};
     alter database ${name} with allow_connections true;`,
  );
}

/**
 * The options of CREATE DATABASE that repeat the locale. The columns differ by major version: `daticulocale` became
 * `datlocale` in 17, `daticurules` came with 16.
 * Source: https://www.postgresql.org/docs/18/catalog-pg-database.html
 */
const localeOptions = `
  select format('encoding %L lc_collate %L lc_ctype %L', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype)
         || case d.datlocprovider
              when 'i' then format(' locale_provider icu icu_locale %L', l.locale)
                || coalesce(format(' icu_rules %L', to_jsonb(d) ->> 'daticurules'), '')
              when 'b' then format(' locale_provider builtin builtin_locale %L', l.locale)
              else ' locale_provider libc' end as options
    from pg_catalog.pg_database d
   cross join lateral coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as l(locale)
   where d.datname = current_database()`;

/** Drops the scratch database of the current database, if it exists, with the sessions that are left in it. */
export async function dropScratch(production: Session, database: string): Promise<void> {
  await production.script(`drop database if exists ${scratchNameFor(database)} with (force)`);
}

/** Marks the roles that this transaction has created, so that they can be recognized after a kill. */
export async function markRoles(scratch: Session, names: readonly string[], database: string): Promise<void> {
  const existing = await scratch.query(
    'select rolname::text as name from pg_catalog.pg_roles where rolname = any ($1::text[])',
    [names],
  );
  const comments = existing.map(
    ({ name }) => `comment on role ${quotedName(String(name))} is ${literal(markOf(database))};`,
  );
  if (comments.length > 0) await scratch.script(comments.join('\n'));
}

/**
 * Drops the roles that a rehearsal created. A role that is now in use, or that has other members, is kept, and only
 * loses its mark. Runs after the scratch database was dropped, because the roles have rights there.
 */
export async function dropMarkedRoles(production: Session): Promise<void> {
  await production.script(`do $erp_deploy$
declare found record;
begin
  for found in
    select r.rolname as name,
           exists (select from pg_catalog.pg_auth_members m join pg_catalog.pg_roles o on o.oid = m.member
                    where m.roleid = r.oid and o.rolname <> current_user) as used
      from pg_catalog.pg_roles r where shobj_description(r.oid, 'pg_authid') = ${markHere}
  loop
    begin
      if found.used then
        raise exception using errcode = 'dependent_objects_still_exist';
      end if;
      execute format('drop role %I', found.name);
    exception when dependent_objects_still_exist then
      execute format('comment on role %I is null', found.name);
    end;
  end loop;
end
$erp_deploy$`);
}
