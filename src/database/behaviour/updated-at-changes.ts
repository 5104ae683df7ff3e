import { type Catalog, tableOf } from '../catalog/catalog.ts';
import { updatedAtTriggers } from '../updated-at.ts';
import type { AnyCheck, CheckMaker } from './check.ts';
import type { RowMaker } from './row-maker.ts';

/** Returns a check for each table that has an enabled trigger for `updated_at`. */
export function updatedAtChanges(rows: RowMaker, catalog: Catalog, checkOf: CheckMaker): readonly AnyCheck[] {
  const enabled = updatedAtTriggers(catalog).filter(({ attributes }) => attributes.enabled !== 'no');
  return [...new Set(enabled.flatMap((trigger) => tableOf(trigger) ?? []))].map((table) =>
    changesOnUpdate(rows, table, checkOf),
  );
}

/** `now()` is constant within a transaction, so the row is inserted with an old value, which the UPDATE must replace. */
function changesOnUpdate(rows: RowMaker, table: string, checkOf: CheckMaker): AnyCheck {
  const touch = (make: RowMaker['rowFor']) => () => {
    const row = make(table, { updated_at: `'2000-01-01'` });
    return [
      ...row.inserts.slice(0, -1),
      `${row.inserts.at(-1)} returning tableoid, ctid into ed_table, ed_place`,
      `update ${table} set updated_at = '2000-01-02' where tableoid = ed_table and ctid = ed_place
       returning case when updated_at > '2000-01-02' then 'changed' else 'unchanged' end into found`,
    ];
  };
  return checkOf(`${table}.updated_at changes on UPDATE`, 'changed', [
    touch(rows.rowFor),
    touch(rows.copyFor),
  ]);
}
