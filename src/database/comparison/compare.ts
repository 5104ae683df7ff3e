import { type Catalog, type CatalogObject, keyOf, objectKinds, tableOf } from '../catalog/catalog.ts';
import type { Difference, RepairStatement } from './difference.ts';
import { causesOfExtra, causesOfMissing, fold } from './fold.ts';
import { graphOf } from './graph.ts';
import { isInheritedValid, repairedAtParents } from './inherited.ts';
import { compareTexts } from './meaning/same-meaning.ts';
import { inheritedWhenAttached, partitionValue } from './partitions.ts';
import { withRenames } from './renamed.ts';
import { aspectsOf } from './repair/changes.ts';
import { change, createAll, removeExtra } from './repair/plan.ts';
import type { Sides } from './repair/sides.ts';
import { commented } from './repair-script.ts';
import {
  comparable,
  isCompared,
  keysOf,
  populatedSchemas,
  relationNames,
  severityOfChange,
  severityOfExtra,
} from './scope.ts';

export interface ComparisonOptions {
  /** Reports notes as differences. */
  readonly strict?: boolean;
}

/**
 * Returns the differences between a live database and the expected catalog: roles and extensions first, then by schema
 * and table. Schemas that are empty in the expected catalog are not compared.
 */
export async function compareCatalogs(
  expected: Catalog,
  live: Catalog,
  options: ComparisonOptions = {},
): Promise<Difference[]> {
  const wanted = comparable(expected, live);
  const found = comparable(live, expected);
  const schemas = populatedSchemas(wanted);
  const names = relationNames(wanted);
  const compared = (catalog: Catalog) => catalog.objects.filter((object) => isCompared(object, schemas));
  const isExpected = (object: CatalogObject) =>
    isCompared(object, schemas) || (object.kind === 'schema' && object.name !== 'public');
  const sides: Sides = {
    expected: graphOf(wanted),
    live: graphOf(found),
    spared: (key) => {
      const object = sides.live.objects.get(key);
      return (
        object !== undefined &&
        (!isCompared(object, schemas) || severityOfExtra(object, names) !== 'difference')
      );
    },
  };
  const surplus = extra(sides, compared(found), keysOf(wanted), names);
  const differences = [
    ...missing(sides, wanted.objects.filter(isExpected), keysOf(found)),
    ...surplus,
    ...(await changed(sides, compared(wanted))).map((one) => afterDrops(one, surplus)),
    ...columnOrder(sides, compared(wanted)),
  ];
  const repairable = repairedAtParents(differences, sides.expected, sides.live);
  const all = withRenames(repairable, sides.expected, sides.live);
  const shown = options.strict ? all.map((one) => ({ ...one, severity: 'difference' as const })) : all;
  return shown.toSorted(bySchemaAndTable);
}

function missing(sides: Sides, wanted: readonly CatalogObject[], found: ReadonlySet<string>): Difference[] {
  const isInherited = inheritedWhenAttached(sides.expected, sides.live);
  const absent = wanted.filter((object) => !found.has(keyOf(object)) && !isInherited(object));
  return [...fold(absent, causesOfMissing).values()].flatMap(([root, ...covered]) =>
    root === undefined
      ? []
      : {
          ...head(root),
          aspect: 'missing',
          expected: root.definition,
          actual: null,
          severity: 'difference',
          covers: covered.map(({ name }) => name),
          repair: created(sides, [root, ...covered]).toSorted(inOrder),
        },
  );
}

/**
 * Returns the statements that create objects. If one of them needs an object that is not compared and does not exist,
 * the SQL would fail, so it becomes a comment.
 */
function created(sides: Sides, objects: readonly CatalogObject[]): RepairStatement[] {
  const there = new Set(sides.live.catalog.notCompared);
  const absent = objects
    .flatMap(({ needsNotCompared = [] }) => needsNotCompared)
    .filter((name) => !there.has(name));
  const repair = createAll(sides, new Set(objects.map(keyOf)));
  if (absent.length === 0) return repair;
  const remark = `It needs ${[...new Set(absent)].join(', ')}, which is missing and not compared. Create that first, then:`;
  return repair.map((one) => ({ ...one, sql: commented(`${remark}\n${one.sql}`) }));
}

function extra(
  sides: Sides,
  found: readonly CatalogObject[],
  wanted: ReadonlySet<string>,
  names: ReadonlySet<string>,
): Difference[] {
  const isInherited = inheritedWhenAttached(sides.live, sides.expected);
  const surplus = found.filter((object) => !wanted.has(keyOf(object)) && !isInherited(object));
  return [...fold(surplus, causesOfExtra).values()].flatMap(([root, ...covered]) => {
    const severity = root === undefined ? 'ignored' : severityOfExtra(root, names);
    if (root === undefined || severity === 'ignored') return [];
    return {
      ...head(root),
      aspect: 'extra',
      expected: null,
      actual: root.definition,
      severity,
      covers: covered.map(({ name }) => name),
      repair: removeExtra(sides, new Set([root, ...covered].map(keyOf))).toSorted(inOrder),
    };
  });
}

/** An attribute whose text differs between the catalogs. */
interface Changed {
  readonly object: CatalogObject;
  readonly live: CatalogObject;
  readonly aspect: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

async function changed(sides: Sides, wanted: readonly CatalogObject[]): Promise<Difference[]> {
  const pairs = wanted.flatMap((object) => {
    const live = sides.live.objects.get(keyOf(object));
    return live === undefined || isAlike(object.attributes, live.attributes)
      ? []
      : changedTexts(sides, object, live);
  });
  if (pairs.length === 0) return [];
  const sameness = await compareTexts(pairs.map((one) => ({ kind: one.object.kind, ...one })));
  return pairs.flatMap((pair, place) => {
    if (sameness[place] === 'same') return [];
    return sameness[place] === 'unknown' ? notCompared(pair) : changedTo(sides, pair);
  });
}

function changedTexts(sides: Sides, object: CatalogObject, live: CatalogObject): Changed[] {
  const isTable = object.kind === 'table';
  return aspectsOf(object, live).flatMap((aspect) => {
    const wanted = isTable
      ? partitionValue(sides.expected, object, aspect)
      : (object.attributes[aspect] ?? null);
    const found = isTable ? partitionValue(sides.live, live, aspect) : (live.attributes[aspect] ?? null);
    // A materialized view that was created without rows may be filled later.
    const isFilled = aspect === 'populated' && found === null;
    const isSame = wanted === found || isFilled || isInheritedValid(sides.expected, object, aspect, wanted);
    return isSame ? [] : { object, live, aspect, expected: wanted, actual: found };
  });
}

function changedTo(
  sides: Sides,
  { object, live, aspect, expected: wanted, actual: found }: Changed,
): Difference {
  const repair = change(sides, object, live, aspect).toSorted(inOrder);
  return {
    ...head(object),
    aspect,
    expected: wanted,
    actual: found,
    severity: severityOfChange(aspect, sides.live.catalog),
    covers: [],
    repair,
  };
}

/** Reports two texts of which the parser rejects one, so that it is unknown whether their meaning is the same. */
function notCompared({ object, aspect, expected: wanted, actual: found }: Changed): Difference {
  const about = `${aspect} (not compared)`;
  return {
    ...head(object),
    aspect: about,
    expected: wanted,
    actual: found,
    severity: 'note',
    covers: [],
    repair: [],
  };
}

/** Returns a note if the columns of a table have another order: only SELECT * and INSERT without names depend on it. */
function columnOrder(sides: Sides, wanted: readonly CatalogObject[]): Difference[] {
  const tables = wanted.filter(({ kind }) => kind === 'table');
  return tables.flatMap((table) => {
    const [here, there] = [sides.expected, sides.live].map((graph) =>
      (graph.parts.get(keyOf(table)) ?? []).flatMap(({ kind, part }) => (kind === 'column' ? [part] : [])),
    );
    const [expected, found] = [here?.join(', ') ?? '', there?.join(', ') ?? ''];
    if (expected === found || here?.toSorted().join() !== there?.toSorted().join()) return [];
    const note = { aspect: 'column order', severity: 'note', covers: [], repair: [] } as const;
    return { ...head(table), ...note, expected: expected, actual: found };
  });
}

/** Drops extra columns before a table is attached: it must not have a column that its partitioned table lacks. */
function afterDrops(difference: Difference, surplus: readonly Difference[]): Difference {
  if (difference.aspect !== 'partition of' || difference.expected === null) return difference;
  const drops = surplus.filter(({ kind, table }) => kind === 'column' && table === difference.name);
  return { ...difference, repair: [...drops.flatMap(({ repair }) => repair), ...difference.repair] };
}

/** Compares attributes; a missing one equals null. */
function isAlike(wanted: CatalogObject['attributes'], found: CatalogObject['attributes']): boolean {
  const equal = (aspect: string) => (wanted[aspect] ?? null) === (found[aspect] ?? null);
  return Object.keys(wanted).every(equal) && Object.keys(found).every(equal);
}

const head = (object: CatalogObject) => ({
  kind: object.kind,
  name: object.name,
  schema: object.schema,
  table: object.kind === 'table' ? object.name : tableOf(object),
});

const inOrder = (a: RepairStatement, b: RepairStatement) => a.order - b.order;

const byText = (a: string, b: string) => Number(a > b) - Number(a < b);

/** Sorts by schema and table; differences of a table come before those of its parts. */
function bySchemaAndTable(a: Difference, b: Difference): number {
  return (
    byText(a.schema ?? '', b.schema ?? '') ||
    byText(a.table ?? '', b.table ?? '') ||
    objectKinds.indexOf(a.kind) - objectKinds.indexOf(b.kind) ||
    byText(a.name, b.name)
  );
}
