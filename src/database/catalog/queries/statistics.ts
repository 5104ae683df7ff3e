import { address, relations } from '../fragments.ts';

/** Extended statistics. */
export const statistics = `${relations}
  select 'statistics' as kind, format('%I.%I', n.nspname, s.stxname) as name, n.nspname as schema,
         r.kind || ' ' || r.name as parent, quote_ident(s.stxname) as part,
         jsonb_strip_nulls(jsonb_build_object('definition', d.text, 'target', t.value)) as attributes,
         d.text || coalesce(format(E';\\nalter statistics %I.%I set statistics ', n.nspname, s.stxname) || t.value, '') as definition,
         jsonb_build_array(${address('pg_statistic_ext', 's.oid')}) as addresses
  from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace join relation r on r.oid = s.stxrelid,
  pg_get_statisticsobjdef(s.oid) d (text), lateral (select nullif(coalesce(s.stxstattarget, -1), -1)::text) t (value)
  order by s.oid`;
