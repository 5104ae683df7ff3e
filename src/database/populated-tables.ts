import type { Session } from '../domain/session.ts';
import { ledgerSchema } from './ledger/ledger.ts';

/**
 * Returns how many tables have at least one row, and the name of one of them. Leaves out the ledger, system tables, and
 * tables that this role may not read. A table that another session has locked exclusively counts, since it cannot be
 * read.
 */
export async function populatedTables(
  session: Session,
): Promise<{ readonly tables: number; readonly example: string }> {
  const names = await session.query(
    `select format('%I.%I', n.nspname, c.relname) as name, exists (
         select from pg_catalog.pg_locks l join pg_catalog.pg_database d on d.oid = l.database
          where l.relation = c.oid and d.datname = current_database() and l.mode = 'AccessExclusiveLock'
            and l.granted and l.pid <> pg_backend_pid()) as locked
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', $1)
        and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
        and not exists (select from pg_catalog.pg_depend d where d.objid = c.oid and d.deptype = 'e')
      order by 1`,
    [ledgerSchema],
  );
  if (names.length === 0) return { tables: 0, example: '' };
  const queries = names.map(
    ({ name, locked }) =>
      `select '${String(name).replaceAll("'", "''")}'${locked === true ? '' : ` where exists (select from ${String(name)})`}`,
  );
  const populated = await session.query(`select x.name from (${queries.join(' union all ')}) as x(name)`);
  return { tables: populated.length, example: String(populated[0]?.name ?? '') };
}
