import { type CatalogObject, keyOf, type ObjectKey } from '../catalog/catalog.ts';
import type { Difference, RepairStatement } from './difference.ts';
import type { Graph } from './graph.ts';

/**
 * Replaces the repair of an inherited column or check by that of the parent table, if the parent has the same
 * difference: PostgreSQL applies the parent's repair to the child as well, and rejects a second one there.
 */
export function repairedAtParents(
  differences: readonly Difference[],
  expected: Graph,
  live: Graph,
): readonly Difference[] {
  const hasChildren = [...live.objects.values()].some(({ attributes }) => attributes.inherits != null);
  if (!hasChildren) return differences;
  const parts = new Map(
    differences.flatMap((one) => {
      const part = partOf(one, expected, live);
      return part === undefined ? [] : [[`${one.kind} ${one.aspect} ${one.table} ${part}`, one] as const];
    }),
  );
  const above = (one: Difference): Difference | undefined => {
    const part = partOf(one, expected, live);
    const parents = live.objects.get(`table ${one.table}`)?.attributes.inherits?.split(', ') ?? [];
    return parents
      .flatMap((parent) => parts.get(`${one.kind} ${one.aspect} ${parent} ${part}`) ?? [])
      .map((found) => above(found) ?? found)[0];
  };
  return differences.map((one) => {
    const parent = above(one);
    if (parent === undefined) return one;
    const own = one.repair.filter(
      (statement) => !isPassedOn(statement, one, partOf(one, expected, live) ?? ''),
    );
    return { ...one, repair: [...parent.repair, ...own] };
  });
}

function partOf(one: Difference, expected: Graph, live: Graph): string | undefined {
  if (one.kind !== 'column' && one.kind !== 'check') return undefined;
  return (expected.objects.get(keyOf(one)) ?? live.objects.get(keyOf(one)))?.part;
}

/** Returns whether a statement changes the column or check of the child table itself. */
function isPassedOn({ sql }: RepairStatement, { table }: Difference, part: string): boolean {
  const start = `alter table ${table} `;
  const rest = sql.startsWith(start) ? sql.slice(start.length) : '';
  const [, after] =
    /^(?:(?:add|alter|drop|rename) (?:column|constraint)|validate constraint) (.*)$/s.exec(rest) ?? [];
  return after !== undefined && (after === part || after.startsWith(`${part} `));
}

/**
 * Returns whether a check may be validated or not, whatever is expected. A table that is created as a child has the
 * checks of its parent as valid ones, also those that are not valid there. A check that is added to the parent later,
 * as pg_dump does it, is not valid in the child either.
 */
export function isInheritedValid(
  expected: Graph,
  object: CatalogObject,
  aspect: string,
  wanted: string | null,
): boolean {
  if (object.kind !== 'check' || aspect !== 'validated') return false;
  return wanted === 'no'
    ? parentsOf(expected, object.parent).length > 0
    : hasUnvalidatedAbove(expected, object);
}

/** Returns whether a table above has the same check as one that is not valid. */
function hasUnvalidatedAbove(expected: Graph, { parent, part }: CatalogObject): boolean {
  return parentsOf(expected, parent).some((key) =>
    (expected.parts.get(key) ?? []).some(
      (one) =>
        one.kind === 'check' &&
        one.part === part &&
        (one.attributes.validated === 'no' || hasUnvalidatedAbove(expected, one)),
    ),
  );
}

const parentsOf = ({ objects }: Graph, table: ObjectKey | null): readonly ObjectKey[] =>
  (table === null ? null : objects.get(table)?.attributes.inherits)
    ?.split(', ')
    .map((name): ObjectKey => `table ${name}`) ?? [];
