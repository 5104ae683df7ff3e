import { address, inScope, ofNoExtension, relations } from '../fragments.ts';

/**
 * The privileges that the owner granted, including PUBLIC's built-in ones (`acldefault`), so that a REVOKE is detected.
 * The owner's own privileges are left out, because owners differ between servers, and those of erp_readonly, because no
 * migration grants them. The name is the end of the GRANT statement; `target` is the address of the object to which the
 * grant belongs.
 */
export const grants = `${relations},
  target as (
    select n.nspname as schema, 'on schema ' || quote_ident(n.nspname) as tail, ${address('pg_namespace', 'n.oid')} as target,
           null::text as "column", n.nspowner as owner, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
    from pg_namespace n where ${inScope('n')}
    union all
    select r.schema, format('on %s %s', case r.kind when 'sequence' then r.kind else 'table' end, r.name),
           ${address('pg_class', 'r.oid')}, null, r.relowner,
           coalesce(r.relacl, acldefault(case r.kind when 'sequence' then 's' else 'r' end::"char", r.relowner))
    from relation r
    union all
    select r.schema, format('(%I) on table %s', a.attname, r.name), ${address('pg_class', 'r.oid', 'a.attnum')},
           a.attname, r.relowner, a.attacl
    from relation r join pg_attribute a on a.attrelid = r.oid and a.attacl is not null and not a.attisdropped
    union all
    select n.nspname, format('on %s %I.%I(%s)', case p.prokind when 'p' then 'procedure' else 'function' end,
             n.nspname, p.proname, oidvectortypes(p.proargtypes)),
           ${address('pg_proc', 'p.oid')}, null, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${inScope('n')} and ${ofNoExtension('pg_proc', 'p.oid')}
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid
                      and d.deptype = 'i' and d.refclassid = 'pg_type'::regclass)
    union all
    select n.nspname, format('on type %I.%I', n.nspname, t.typname), ${address('pg_type', 't.oid')}, null, t.typowner,
           coalesce(t.typacl, acldefault('T', t.typowner))
    from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
    where (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c')) and ${inScope('n')} and ${ofNoExtension('pg_type', 't.oid')}
  ),
  granted as (
    select t.schema, t.tail, t.target, t."column", x.grantee, coalesce(quote_ident(g.rolname), 'public') as part,
           x.privilege_type, bool_or(x.is_grantable) as grantable
    from target t, aclexplode(t.acl) x left join pg_roles g on g.oid = x.grantee
    where x.grantee <> t.owner and g.rolname is distinct from 'erp_readonly' group by 1, 2, 3, 4, 5, 6, 7
  )
  select 'grant' as kind, tail || ' to ' || part as name, schema, part, target,
         case when "column" is null then '[]' else jsonb_build_array("column") end as columns,
         jsonb_object_agg(privilege_type, case when grantable then 'with grant option' else 'granted' end) as attributes,
         concat_ws(E';\\n',
           'grant ' || string_agg(concat_ws(' ', privilege_type, substring(tail from '^\\(.*?\\)')), ', ' order by privilege_type)
             filter (where not grantable) || ' ' || substring(tail from 'on .*') || ' to ' || part,
           'grant ' || string_agg(concat_ws(' ', privilege_type, substring(tail from '^\\(.*?\\)')), ', ' order by privilege_type)
             filter (where grantable) || ' ' || substring(tail from 'on .*') || ' to ' || part || ' with grant option'
         ) as definition,
         case when grantee = 0 then '[]' else jsonb_build_array(${address('pg_authid', 'grantee')}) end as links
  from granted group by schema, tail, target, "column", grantee, part order by tail, part`;

/**
 * Default privileges: those that later objects of a schema get. Includes only those that the schema's owner set,
 * because that role runs the migrations.
 */
export const defaultPrivileges = `
  with granted as (
    select n.oid, n.nspname as schema, x.grantee, coalesce(quote_ident(g.rolname), 'public') as part, x.privilege_type, x.is_grantable,
           format('in schema %I on %s', n.nspname, case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
             when 'f' then 'functions' when 'T' then 'types' else 'schemas' end) as tail
    from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace and n.nspowner = d.defaclrole,
    aclexplode(d.defaclacl) x left join pg_roles g on g.oid = x.grantee
    where x.grantee <> d.defaclrole and g.rolname is distinct from 'erp_readonly' and ${inScope('n')}
  )
  select 'default privilege' as kind, tail || ' to ' || part as name, schema, part, ${address('pg_namespace', 'oid')} as target,
         jsonb_object_agg(privilege_type, case when is_grantable then 'with grant option' else 'granted' end) as attributes,
         string_agg(format('alter default privileges %s grant %s %s to %s%s', split_part(tail, ' on ', 1), privilege_type,
           'on ' || split_part(tail, ' on ', 2), part, case when is_grantable then ' with grant option' else '' end), E';\\n'
           order by privilege_type) as definition,
         case when grantee = 0 then '[]' else jsonb_build_array(${address('pg_authid', 'grantee')}) end as links
  from granted group by oid, schema, tail, grantee, part order by tail, part`;
