import type { Session } from '../domain/session.ts';
import { ledgerSchema } from './ledger/ledger.ts';

/** How many tables hold at least one row, and the name of one of them; the ledger and the system's left out. */
export async function rowsIn(
  session: Session,
): Promise<{ readonly tables: number; readonly example: string }> {
  const names = await session.query(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', $1)
        and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
      order by 1`,
    [ledgerSchema],
  );
  if (names.length === 0) return { tables: 0, example: '' };
  const asked = names.map(
    ({ name }) => `select '${String(name).replaceAll("'", "''")}' where exists (select from ${String(name)})`,
  );
  const holding = await session.query(`select x.name from (${asked.join(' union all ')}) as x(name)`);
  return { tables: holding.length, example: String(holding[0]?.name ?? '') };
}
