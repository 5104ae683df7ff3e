import { address, inScope, yesOrNo } from '../fragments.ts';

const here = '(select d.oid from pg_database d where d.datname = current_database())';
/** Settings that are lists: their value is SQL already and must not be quoted again. */
const lists = `'search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces'`;

/** ALTER ROLE … IN DATABASE needs the name of the database, which differs between servers. */
const settings = `
  setting as (
    select s.setrole, s.setdatabase, split_part(c.line, '=', 1) as name, substr(c.line, strpos(c.line, '=') + 1) as value
    from pg_db_role_setting s, unnest(s.setconfig) c (line) where s.setdatabase in (0, ${here})
  ),
  settings as (
    select setrole as role,
           jsonb_object_agg('setting ' || name || case when setdatabase = 0 then '' else ' in this database' end, value) as facts,
           string_agg(format(E';\\nalter role %s set %I to %s', setrole::regrole, name,
             case when name in (${lists}) then value else quote_literal(value) end), '' order by name)
             filter (where setdatabase = 0) as sql
    from setting group by setrole
  )`;

/** A membership's options came with 16; before that, the member's own attribute decides whether it inherits. */
const memberships = `
  membership as (
    select m.member, m.roleid, m.roleid::regrole::text as parent,
           concat_ws(', ', case when bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit)) then 'inherit' end,
                           case when bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)) then 'set' end,
                           case when bool_or(m.admin_option) then 'admin' end) as options
    from pg_auth_members m join pg_roles r on r.oid = m.member group by m.member, m.roleid
  ),
  memberships as (
    select member as role, jsonb_object_agg('member of ' || parent, options) as facts,
           string_agg(format(E';\\ngrant %s to %s', parent, member::regrole) || case when options like '%admin' then ' with admin option' else '' end,
                      '' order by parent) as sql,
           jsonb_agg(${address('pg_authid', 'roleid')}) as links
    from membership group by member
  )`;

/**
 * The roles of the migrations. The roles as which PostgREST and `erp-deploy psql` log in are left out, because no
 * migration creates them. `owner` marks the owner of the database, whose name may begin with the same prefix.
 */
export const roles = `
  with ${settings}, ${memberships}
  select 'role' as kind, quote_ident(r.rolname) as name, quote_ident(r.rolname) as part,
         jsonb_build_object(
           'login', ${yesOrNo('r.rolcanlogin')}, 'inherit', ${yesOrNo('r.rolinherit')},
           'superuser', ${yesOrNo('r.rolsuper')}, 'createdb', ${yesOrNo('r.rolcreatedb')},
           'createrole', ${yesOrNo('r.rolcreaterole')}, 'replication', ${yesOrNo('r.rolreplication')},
           'bypassrls', ${yesOrNo('r.rolbypassrls')}, 'connection limit', r.rolconnlimit::text,
           'valid until', nullif(r.rolvaliduntil, 'infinity')::text,
           'owner', case when exists (select from pg_database d where d.datdba = r.oid and d.oid = ${here})
                           or exists (select from pg_namespace n where n.nspowner = r.oid and ${inScope('n')})
                         then 'yes' end)
         || coalesce(s.facts, '{}') || coalesce(m.facts, '{}') as attributes,
         concat_ws(' ', 'create role', quote_ident(r.rolname), case when r.rolcanlogin then 'login' else 'nologin' end,
           case when not r.rolinherit then 'noinherit' end, case when r.rolsuper then 'superuser' end,
           case when r.rolcreatedb then 'createdb' end, case when r.rolcreaterole then 'createrole' end,
           case when r.rolreplication then 'replication' end, case when r.rolbypassrls then 'bypassrls' end,
           case when r.rolconnlimit <> -1 then 'connection limit ' || r.rolconnlimit end,
           'valid until ' || quote_literal(nullif(r.rolvaliduntil, 'infinity')::text))
         || coalesce(s.sql, '') || coalesce(m.sql, '') as definition,
         jsonb_build_array(${address('pg_authid', 'r.oid')}) as addresses, m.links
  from pg_roles r left join settings s on s.role = r.oid left join memberships m on m.role = r.oid
  where r.rolname like 'erp\\_%' and r.rolname not in ('erp_authenticator', 'erp_readonly') order by r.oid`;
