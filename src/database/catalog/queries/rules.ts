import { address, relations } from '../fragments.ts';

const enabled = (letter: string) =>
  `case ${letter} when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end`;

const turned = (what: string, letter: string, part: string) =>
  `case when ${letter} = 'O' then '' else format(E';\\nalter table %s %s ${what} %I', r.name,
     case ${letter} when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, ${part}) end`;

/** Triggers, except those that implement foreign keys and copies on partitions. */
export const triggers = `${relations}
  select 'trigger' as kind, format('%I on %s', t.tgname, r.name) as name, r.schema, r.kind || ' ' || r.name as parent,
         quote_ident(t.tgname) as part,
         jsonb_build_object('definition', pg_get_triggerdef(t.oid), 'enabled', ${enabled('t.tgenabled')}) as attributes,
         pg_get_triggerdef(t.oid) || ${turned('trigger', 't.tgenabled', 't.tgname')} as definition,
         jsonb_build_array(${address('pg_trigger', 't.oid')}) as addresses
  from pg_trigger t join relation r on r.oid = t.tgrelid
  where not t.tgisinternal and t.tgparentid = 0 order by t.oid`;

export const rules = `${relations}
  select 'rule' as kind, format('%I on %s', w.rulename, r.name) as name, r.schema, r.kind || ' ' || r.name as parent,
         quote_ident(w.rulename) as part,
         jsonb_build_object('definition', rtrim(pg_get_ruledef(w.oid), ';'), 'enabled', ${enabled('w.ev_enabled')}) as attributes,
         rtrim(pg_get_ruledef(w.oid), ';') || ${turned('rule', 'w.ev_enabled', 'w.rulename')} as definition,
         jsonb_build_array(${address('pg_rewrite', 'w.oid')}) as addresses
  from pg_rewrite w join relation r on r.oid = w.ev_class
  where w.rulename <> '_RETURN' order by w.oid`;

export const policies = `${relations},
  policy as (
    select p.oid, r.schema, r.name as relation, p.polname,
           concat_ws(' ', 'as', case when p.polpermissive then 'permissive' else 'restrictive' end, 'for',
             case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                           else 'all' end, 'to',
             (select string_agg(coalesce(quote_ident(g.rolname), 'public'), ', ' order by g.rolname nulls first)
              from unnest(p.polroles) u (role) left join pg_roles g on g.oid = u.role),
             'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
             'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as definition
    from pg_policy p join relation r on r.oid = p.polrelid
  )
  select 'policy' as kind, format('%I on %s', polname, relation) as name, schema, 'table ' || relation as parent,
         quote_ident(polname) as part, jsonb_build_object('definition', definition) as attributes,
         format('create policy %I on %s %s', polname, relation, definition) as definition,
         jsonb_build_array(${address('pg_policy', 'oid')}) as addresses
  from policy order by oid`;
