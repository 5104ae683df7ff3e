import { hkdfSync } from 'node:crypto';
import { Secret } from '../domain/secret.ts';
import type { Row } from '../domain/session.ts';

/** The login role of `erp-deploy psql`: it may read every table of both schemas, and nothing else. */
export const readonly = 'erp_readonly';

const spaces = "('erp', 'agent')";

/**
 * Derives the role's password from PostgREST's (RFC 5869), so that `.env` needs no further key. PostgREST's login may
 * read the same tables and more, by switching to erp_api, so its password already gives these rights.
 */
export function readonlyPassword(postgrest: Secret): Secret {
  const derived = hkdfSync('sha256', postgrest.reveal(), '', `erp-deploy ${readonly}`, 32);
  return new Secret(Buffer.from(derived).toString('base64url'));
}

/** Returns the statements of a PL/pgSQL block that create the role, or correct it; `other` is a text, `space` a name. */
export function setReadonly(verifier: string): string {
  return `
      if not exists (select from pg_roles where rolname = '${readonly}') then
        create role ${readonly};
      end if;
      if exists (select from pg_roles where rolname = '${readonly}' and (rolsuper or rolreplication or rolbypassrls)) then
        alter role ${readonly} nosuperuser noreplication nobypassrls;
      end if;
      alter role ${readonly} login nocreatedb nocreaterole password '${verifier}';
      for other in
        select m.roleid::regrole::text from pg_auth_members m where m.member = '${readonly}'::regrole
      loop
        execute format('revoke %s from ${readonly}', other);
      end loop;
      for space in select nspname from pg_namespace where nspname in ${spaces} loop
        execute format('grant usage on schema %I to ${readonly}', space);
        execute format('grant select on all tables in schema %I to ${readonly}', space);
        execute format('alter default privileges in schema %I grant select on tables to ${readonly}', space);
      end loop;`;
}

/** A column for a query of `pg_roles r`: the tables of both schemas that the role cannot read. */
export const unreadableColumn = `array(select format('%I.%I', n.nspname, c.relname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
             where n.nspname in ${spaces} and c.relkind in ('r', 'p', 'v', 'm', 'f')
               and not (has_schema_privilege(r.oid, n.oid, 'usage') and has_table_privilege(r.oid, c.oid, 'select'))
             order by 1)::text[] as unreadable`;

/** Returns which tables the role cannot read, as one text in an array; empty if it can read all. */
export function unreadableFaults({ unreadable }: Row): readonly string[] {
  const tables = Array.isArray(unreadable) ? unreadable.map(String) : [];
  if (tables.length === 0) return [];
  return [`cannot read ${tables.length === 1 ? tables[0] : `${tables.length} tables, such as ${tables[0]}`}`];
}
