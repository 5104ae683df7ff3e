import { type CatalogObject, keyOf, type ObjectKey, tableOf } from '../../catalog/catalog.ts';
import type { Losable, RepairStatement } from '../difference.ts';
import { type ClosureLimits, closure, type Graph } from '../graph.ts';
import { attachmentOf } from '../partitions.ts';
import { byHand, rebuild } from './change.ts';
import { changeOf } from './changes.ts';
import { isContained } from './contained-domain.ts';
import { creation, isLate, lateOrder } from './creation.ts';
import { defaultsOfPartitions } from './partition-defaults.ts';
import { losesWith, removal } from './removal.ts';
import { asRowsAllow, columnsWithoutValues } from './rows-without-value.ts';
import type { Sides } from './sides.ts';
import { usedInRows } from './used-in-rows.ts';

/**
 * Kinds that other objects use. An extra object of these kinds is dropped after the objects that use it are repaired.
 */
const used = new Set(
  ['collation', 'type', 'domain', 'function', 'procedure', 'aggregate', 'sequence', 'extension'].concat(
    'role',
  ),
);
const last = 1e9;

/** Returns SQL that creates missing objects. */
export function createAll(sides: Sides, keys: ReadonlySet<ObjectKey>): RepairStatement[] {
  const withoutValues = columnsWithoutValues(sides, keys);
  return [...keys].flatMap((key) => {
    const wanted = sides.expected.objects.get(key);
    const object = wanted ?? (sides.spared(key) ? sides.live.objects.get(key) : undefined);
    if (object === undefined || (object.kind === 'column' && hasParentIn(object, keys))) return [];
    const behind = wanted === undefined ? sides.expected.objects.size : 0;
    const order = behind + ((wanted === undefined ? sides.live : sides.expected).order.get(key) ?? 0);
    const created = creation(object, order, sides.expected, sides.live);
    return withoutValues.length === 0 ? created : asRowsAllow(object, created, withoutValues);
  });
}

/**
 * Returns SQL that removes extra objects. Expected objects that depend on them are created again: a foreign key, for
 * example, can depend on an extra unique index.
 */
export function removeExtra(sides: Sides, extra: ReadonlySet<ObjectKey>): RepairStatement[] {
  const dependents = [...extra].flatMap((key) => {
    const kind = sides.live.objects.get(key)?.kind;
    return kind === undefined || used.has(kind) ? [] : [...closure(sides.live, key, dropLimits)];
  });
  const others = dependents.filter((key) => !extra.has(key) && !isPlainColumn(sides.live.objects.get(key)));
  const expected = new Set(others.filter((key) => sides.expected.objects.has(key)));
  const table = usedInRows(sides, extra);
  const removed = removeAll(sides, new Set([...extra, ...others]), last);
  return [
    ...removed.map((one) => (table === undefined ? one : { ...one, belongsTo: table })),
    ...createAll(sides, expected),
  ];
}

/** @param later added to the order of objects that others may still use */
function removeAll(sides: Sides, keys: ReadonlySet<ObjectKey>, later = 0): RepairStatement[] {
  const { live } = sides;
  return [...keys].flatMap((key) => {
    const object = live.objects.get(key);
    if (object === undefined) return [];
    const needsOther = object.needs.some((one) => keys.has(one));
    const order = (used.has(object.kind) && !needsOther ? later : 0) - (live.order.get(key) ?? 0);
    if (hasParentIn(object, keys) || isOwnedIn(object, keys)) return keptSequences(sides, object);
    return [
      ...keptSequences(sides, object),
      { order, sql: removal[object.kind](object), ...losesWith(object) },
    ];
  });
}

/** Detaches expected sequences from a column that is dropped: they would be dropped with it. */
function keptSequences({ live, expected }: Sides, { kind, name }: CatalogObject): RepairStatement[] {
  const owned = kind === 'column' ? (live.ownedSequences.get(name) ?? []) : [];
  const kept = owned.filter((one) => expected.objects.has(keyOf(one)));
  return kept.map((one) => ({ order: -last, sql: `alter sequence ${one.name} owned by none` }));
}

/** Returns SQL that gives an attribute of a live object its expected value. */
export function change(
  sides: Sides,
  expected: CatalogObject,
  live: CatalogObject,
  aspect: string,
): RepairStatement[] {
  const wanted = expected.attributes[aspect] ?? usualValue(sides, expected, aspect);
  const way = isContained(sides.live, live, aspect, wanted) ? byHand : changeOf(expected.kind, aspect);
  const made = way(wanted, live, expected, aspect);
  if (made === rebuild) return recreate(sides, closure(sides.live, keyOf(live), dropLimits), keyOf(live));
  // Half a step later: the object itself, or the column that owns it, may have to be created again first.
  const owner = aspect === 'owned by' ? sides.expected.order.get(`column ${wanted}`) : undefined;
  const place = (owner ?? sides.expected.order.get(keyOf(expected)) ?? 0) + 0.5;
  // An identity is dropped before a sequence of the same name is created.
  const isDrop = aspect === 'identity' && wanted === null;
  const order = isDrop ? -1 : isLate(expected.kind, aspect) ? lateOrder : place;
  const losing = 'around' in made && made.losing.size > 0 ? losableOf(live) : undefined;
  const blocking = 'around' in made ? directly(sides.live, live).filter(blocks) : [];
  const inTheWay = new Set(blocking.flatMap((one) => [...closure(sides.live, keyOf(one), dropLimits)]));
  const own =
    'around' in made
      ? made.around.map((sql) => atRisk(sql, made.losing, live))
      : made.map((sql) => ({ sql }));
  const behind = own.length > 0 ? defaultsOfPartitions(sides, expected, aspect) : [];
  return [
    ...recreate(sides, inTheWay),
    ...own.map((one) => ({ order, ...one })),
    ...behind.map((sql) => ({
      order: order + 0.25,
      sql,
      ...(losing === undefined ? {} : { belongsTo: losing }),
    })),
  ];
}

/** Returns the value of an attribute that is left out. */
function usualValue({ expected, live }: Sides, object: CatalogObject, aspect: string): string | null {
  if (aspect === 'owner' && object.kind !== 'role') return live.catalog.usualOwner ?? null;
  const [, column, property] = /^column (.*) (default|not null)$/s.exec(aspect) ?? [];
  if (object.kind !== 'table' || column === undefined || property === undefined) return null;
  for (let place = partitionOf(object); place !== undefined; ) {
    const above = expected.objects.get(`column ${place}.${column}`);
    if (above !== undefined) return above.attributes[property] ?? 'none';
    const parent = expected.objects.get(`table ${place}`);
    place = parent === undefined ? undefined : partitionOf(parent);
  }
  return null;
}

const partitionOf = ({ attributes }: CatalogObject) => attachmentOf(attributes['partition of'] ?? '')?.parent;

function atRisk(
  sql: string,
  losing: ReadonlySet<string>,
  live: CatalogObject,
): Omit<RepairStatement, 'order'> {
  const loses = losing.has(sql) ? losableOf(live) : undefined;
  return loses === undefined ? { sql } : { sql, loses };
}

function losableOf(live: CatalogObject): Losable | undefined {
  if (live.kind === 'type') return { kind: 'type', name: live.name };
  const name = tableOf(live);
  return name === null ? undefined : { kind: 'table', name };
}

/** Removes live objects and creates them again as expected. */
function recreate(sides: Sides, keys: ReadonlySet<ObjectKey>, start?: ObjectKey): RepairStatement[] {
  const plain = (key: ObjectKey) => key !== start && isPlainColumn(sides.live.objects.get(key));
  const rebuilt = new Set([...keys].filter((key) => !plain(key)));
  return [
    ...removeAll(sides, rebuilt),
    ...createAll(sides, rebuilt),
    ...[...keys].filter(plain).flatMap((key) => withoutDefault(sides, key)),
  ];
}

/** A column whose default uses an object temporarily loses the default, and keeps its rows. */
function withoutDefault({ live, expected }: Sides, key: ObjectKey): RepairStatement[] {
  const [column, wanted] = [live.objects.get(key), expected.objects.get(key)?.attributes.default];
  if (column === undefined) return [];
  const alter = `alter table ${tableOf(column)} alter column ${column.part}`;
  const dropped = { order: -(live.order.get(key) ?? 0), sql: `${alter} drop default` };
  const order = (expected.order.get(key) ?? 0) + 0.5;
  return wanted == null ? [dropped] : [dropped, { order, sql: `${alter} set default ${wanted}` }];
}

const isPlainColumn = (object: CatalogObject | undefined) =>
  object?.kind === 'column' && !object.attributes.generated;
const isOwnedIn = ({ kind, attributes }: CatalogObject, keys: ReadonlySet<ObjectKey>) =>
  kind === 'sequence' && keys.has(`column ${attributes['owned by']}`);
const hasParentIn = ({ parent }: CatalogObject, keys: ReadonlySet<ObjectKey>) =>
  parent !== null && keys.has(parent);

const directly = (graph: Graph, object: CatalogObject) =>
  (graph.dependents.get(keyOf(object)) ?? []).flatMap((key) => graph.objects.get(key) ?? []);

/**
 * Limits what is dropped with an object. A table is never dropped; a column with rows only loses its default, so the
 * dependents of the column stay.
 */
const dropLimits: ClosureLimits = {
  through: ({ kind }) => kind !== 'table' && kind !== 'sequence' && kind !== 'domain',
  stopAt: isPlainColumn,
};
const blocks = ({ kind, attributes }: CatalogObject) =>
  /^(view|materialized view|rule|policy|trigger|function|procedure)$/.test(kind) ||
  Boolean(attributes.generated);
