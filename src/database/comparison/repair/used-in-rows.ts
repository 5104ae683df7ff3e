import { type CatalogObject, keyOf, type ObjectKey, tableOf } from '../../catalog/catalog.ts';
import type { Losable } from '../difference.ts';
import { closure } from '../graph.ts';
import type { Sides } from './sides.ts';

/**
 * Returns a table that still uses one of the extra objects when the statements that can lose rows are left out: the
 * table is extra itself, or has an extra column, or a column of an extra type. Undefined if there is none.
 */
export function usedInRows(sides: Sides, extra: ReadonlySet<ObjectKey>): Losable | undefined {
  const { live } = sides;
  for (const start of extra) {
    for (const key of closure(live, start)) {
      const user = extra.has(key) ? undefined : live.objects.get(key);
      const table = user === undefined ? null : keptTable(sides, user, extra);
      if (table !== null) return { kind: 'table', name: table };
    }
  }
  return undefined;
}

function keptTable(
  { live, expected }: Sides,
  user: CatalogObject,
  extra: ReadonlySet<ObjectKey>,
): string | null {
  const keys = [keyOf(user), ...user.needs].filter((key) => /^(table|column) /.test(key) && !extra.has(key));
  for (const key of keys) {
    const object = live.objects.get(key);
    const wanted = expected.objects.get(key);
    if (object === undefined) continue;
    const isRetyped = object.kind === 'column' && wanted?.attributes.type !== object.attributes.type;
    if (wanted === undefined || (isRetyped && object === user)) return tableOf(object) ?? object.name;
  }
  return null;
}
