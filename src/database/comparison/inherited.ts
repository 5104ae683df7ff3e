import { keyOf } from '../catalog/catalog.ts';
import type { Difference, RepairStatement } from './difference.ts';
import type { Graph } from './graph.ts';

/**
 * Repairs a column or check that a table inherits where its parent table has the same difference: PostgreSQL passes the
 * repair on to the child, and rejects it there.
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
