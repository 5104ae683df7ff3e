import type { Row, Session } from '../domain/session.ts';

/**
 * The rights that the roles may have on tables. Every other right that `has_table_privilege` reports is beyond the
 * bound.
 */
const tableRights = {
  erp_anon: [],
  erp_api: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  erp_service: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  erp_authenticator: [],
  erp_readonly: ['SELECT'],
} as const;

const allRights = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] as const;
const columnRights: readonly string[] = ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'];

const roles = Object.keys(tableRights) as (keyof typeof tableRights)[];
const names = roles.map((role) => `'${role}'`).join(', ');

/** Pairs of a role and a right that is beyond its bound. */
const beyond = roles
  .flatMap((role) => allRights.map((right) => ({ role, right })))
  .filter(({ role, right }) => !tableRights[role].some((one) => one === right));
const pairs = (of: readonly { readonly role: string; readonly right: string }[]) =>
  of.map(({ role, right }) => `('${role}', '${right}')`).join(', ');

/**
 * Returns a row (`excess`) for each right of our roles that is beyond their bound, such as `erp_anon: SELECT on
 * erp.people`. One statement, so that it can be the last of a script. Rights of extensions' objects do not count.
 * Source: https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-INFO-ACCESS
 */
export const excessQuery = `select excess from (
  with ours as (select rolname::text as role, r.* from pg_catalog.pg_roles r where rolname in (${names})),
    spaces as (select oid, nspname from pg_catalog.pg_namespace where nspname in ('erp', 'agent', 'erp_deploy')),
    relations as (
      select c.oid, c.relkind, s.nspname, format('%I.%I', s.nspname, c.relname) as name
        from pg_catalog.pg_class c join spaces s on s.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S'))
  select format('%s: %s', role, attribute) as excess
    from ours cross join lateral (values
      ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
      ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls),
      ('LOGIN', rolcanlogin and role in ('erp_anon', 'erp_api')),
      ('INHERIT', rolinherit and role = 'erp_authenticator')) as a (attribute, has)
   where has
  union all
  select format('%s: member of %I', m.role, g.rolname)
    from ours m join pg_catalog.pg_auth_members a on a.member = m.oid join pg_catalog.pg_roles g on g.oid = a.roleid
   where not (m.role = 'erp_authenticator' and g.rolname in ('erp_anon', 'erp_api'))
  union all
  select format('%s: owner of %s', o.role, pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid))
    from ours o join pg_catalog.pg_shdepend d on d.refobjid = o.oid
     and d.refclassid = 'pg_catalog.pg_authid'::regclass and d.deptype = 'o'
   where d.dbid in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
  union all
  select format('%s: %s on schema %I', o.role, p, s.nspname)
    from ours o cross join spaces s cross join (values ('USAGE'), ('CREATE')) as r (p)
   where not o.rolsuper and has_schema_privilege(o.oid, s.oid, p)
     and not (p = 'USAGE' and s.nspname <> 'erp_deploy' and o.role in ('erp_api', 'erp_service', 'erp_readonly'))
  union all
  select format('%s: %s on %s', o.role, p, t.name)
    from (values ${pairs(beyond)}) as b (role, p) join ours o using (role) cross join relations t
   where not o.rolsuper and t.relkind <> 'S' and t.nspname <> 'erp_deploy' and (has_table_privilege(o.oid, t.oid, p)
      or (p in (${columnRights.map((one) => `'${one}'`).join(', ')}) and has_any_column_privilege(o.oid, t.oid, case when p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then p else 'SELECT' end)))
  union all
  select format('%s: %s on %s', o.role, p, t.name)
    from ours o cross join relations t cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as p
   where not o.rolsuper and t.relkind <> 'S' and t.nspname = 'erp_deploy' and has_table_privilege(o.oid, t.oid, p)
  union all
  select format('%s: %s on sequence %s', o.role, p, t.name)
    from ours o cross join relations t cross join unnest(array['USAGE', 'SELECT', 'UPDATE']) as p
   where not o.rolsuper and t.relkind = 'S' and has_sequence_privilege(o.oid, t.oid, p)
     and (p = 'UPDATE' or o.role in ('erp_anon', 'erp_authenticator', 'erp_readonly'))
  union all
  select format('%s: EXECUTE on %s%s', o.role, f.oid::regprocedure, case when f.prosecdef then ' (SECURITY DEFINER)' else '' end)
    from ours o cross join pg_catalog.pg_proc f join spaces s on s.oid = f.pronamespace
   where not o.rolsuper and f.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
     and has_schema_privilege(o.oid, s.oid, 'USAGE') and has_function_privilege(o.oid, f.oid, 'EXECUTE')
     and (o.role in ('erp_anon', 'erp_authenticator') or (f.prosecdef and o.role in ('erp_api', 'erp_readonly')))
     and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_proc'::regclass
                        and d.objid = f.oid and d.deptype = 'e')
  union all
  select format('%s: %s by default on later %s%s', coalesce(o.role, 'PUBLIC'), x.privilege_type,
                case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                     when 'n' then 'schemas' else 'types' end,
                case when s.nspname is null then '' else format(' of %I', s.nspname) end)
    from pg_catalog.pg_default_acl a
         cross join lateral pg_catalog.aclexplode(a.defaclacl) as x
         left join spaces s on s.oid = a.defaclnamespace
         left join ours o on o.oid = x.grantee
   where (a.defaclnamespace = 0 or s.oid is not null) and a.defaclobjtype in ('r', 'S')
     and (x.grantee = 0 or o.oid is not null)
     and not (coalesce(o.role in ('erp_api', 'erp_service'), false) and a.defaclobjtype = 'r'
              and x.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
     and not (coalesce(o.role = 'erp_readonly', false) and a.defaclobjtype = 'r' and x.privilege_type = 'SELECT')
     and not (coalesce(o.role in ('erp_api', 'erp_service'), false) and a.defaclobjtype = 'S'
              and x.privilege_type in ('USAGE', 'SELECT'))

) as excesses order by excess like '% on %', excess`;

/** Returns the excesses in an answer to `excessQuery` that the configuration does not allow. */
export function excessesIn(rows: readonly Row[], allowed: readonly string[]): readonly string[] {
  return rows.map(({ excess }) => String(excess)).filter((one) => !allowed.includes(one));
}

/** Returns the rights of our roles that are beyond their bounds, in a database as it is now. */
export async function excessRights(session: Session, allowed: readonly string[]): Promise<readonly string[]> {
  return excessesIn(await session.query(excessQuery), allowed);
}
