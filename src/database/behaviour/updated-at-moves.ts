import { type Catalog, tableOf } from '../catalog/catalog.ts';
import { updatedAtTriggers } from '../updated-at.ts';
import { type AnyCheck, checkOf, whySetUpFailed } from './check.ts';
import type { RowMaker } from './rows.ts';

/** Returns a check for each table that has an enabled trigger for `updated_at`. */
export function updatedAtMoves(rows: RowMaker, catalog: Catalog): readonly AnyCheck[] {
  const enabled = updatedAtTriggers(catalog).filter(({ attributes }) => attributes.enabled !== 'no');
  return [...new Set(enabled.flatMap((trigger) => tableOf(trigger) ?? []))].map((table) => {
    const interferes = hasOtherRules(catalog, table)
      ? `${table} has other triggers or rules that can set updated_at`
      : null;
    return moves(rows, table, interferes);
  });
}

/** The time stands still within a transaction: so an old value is inserted, and has to give way. */
function moves(rows: RowMaker, table: string, interferes: string | null): AnyCheck {
  const body = () => {
    const row = rows.rowFor(table, { updated_at: `'2000-01-01'` });
    return [
      ...row.inserts.slice(0, -1),
      `${row.inserts.at(-1)} returning ctid into place`,
      `update ${table} set updated_at = '2000-01-02' where ctid = place
       returning case when updated_at > '2000-01-02' then 'moves' else 'stands still' end into found`,
    ];
  };
  const notTested = (found: string) => (found === 'stands still' ? interferes : whySetUpFailed(found));
  return checkOf(`updated_at of ${table} moves`, 'moves', body, { notTested });
}

function hasOtherRules(catalog: Catalog, table: string): boolean {
  const known = new Set(updatedAtTriggers(catalog));
  return catalog.objects.some(
    (object) =>
      (object.kind === 'trigger' || object.kind === 'rule') &&
      tableOf(object) === table &&
      !known.has(object),
  );
}
