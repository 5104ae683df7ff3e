import type { ClientBase } from 'pg';

/** Settings that PostgREST applies with a role, for each role that the authenticator may switch to. */
export type RoleSettings = ReadonlyMap<string, readonly (readonly [string, string])[]>;

/**
 * PostgreSQL applies the settings of a role only at login. PostgREST applies them when it switches to a role of which
 * its own role is a member, as far as it may set them.
 * Source: PostgREST/postgrest, src/PostgREST/Config/Database.hs, queryRoleSettings.
 */
export async function queryRoleSettings(client: ClientBase): Promise<RoleSettings> {
  const { rows } = await client.query<{ role: string; settings: [string, string][] }>(`
    with role_setting as (
      select r.rolname, unnest(r.rolconfig) as setting from pg_catalog.pg_auth_members m
        join pg_catalog.pg_roles r on r.oid = m.roleid where m.member = current_user::regrole::oid),
    pair as (
      select rolname, split_part(setting, '=', 1) as key,
             lower(substr(setting, strpos(setting, '=') + 1)) as value from role_setting)
    select rolname::text as role, json_agg(json_build_array(key, value)) as settings
      from pair join pg_catalog.pg_settings s on s.name = key
     where s.context = 'user' and key <> 'default_transaction_isolation' group by 1`);
  return new Map(rows.map(({ role, settings }) => [role, settings]));
}

/** Reads the configuration from the settings of the login role: `ALTER ROLE … SET pgrst.jwt_aud = …`. */
export async function queryDbSettings(client: ClientBase): Promise<Readonly<Record<string, string>>> {
  const { rows } = await client.query<{ key: string; value: string }>(`
    with setting as (
      select setdatabase, unnest(setconfig) as text from pg_catalog.pg_db_role_setting
       where setrole = current_user::regrole::oid
         and setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_catalog)))
    select distinct on (key) replace(split_part(text, '=', 1), 'pgrst.', '') as key,
           substr(text, strpos(text, '=') + 1) as value
      from setting where text like 'pgrst.%' order by key, setdatabase desc nulls last`);
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
}
