import { type BehaviourResult, countBehaviours } from '../database/behaviour/check-behaviour.ts';
import { workedExample } from '../database/behaviour/checks.ts';
import { type Catalog, type CatalogObject, keyOf, tableOf } from '../database/catalog/catalog.ts';
import type { Difference } from '../database/comparison/difference.ts';
import type { RepairOptions } from '../database/comparison/repair-script.ts';
import type { Contract } from '../database/contract.ts';
import type { PlannedProgress, Progress } from '../workspace/context.ts';
import { differenceItem } from './difference-item.ts';

/** Kinds of objects that are shown one by one, in the order in which they are. */
const groups = [
  { name: 'tables', kind: 'table' },
  { name: 'foreign keys', kind: 'foreign key' },
  { name: 'triggers', kind: 'trigger' },
] as const;
const generatedGroup = 'generated';
const behaviourGroup = 'behaviour';

/** What validation will look at, before it does: what there should be. */
export function plannedProgress(expected: Catalog, contract: Contract): PlannedProgress {
  const counted = groups.map(({ name, kind }) => {
    const objects = expected.objects.filter((object) => object.kind === kind);
    const parts = [...Map.groupBy(objects, (object) => partOf(object, contract))];
    return {
      name,
      total: objects.length,
      parts: parts.map(([part, own]) => ({ name: part, total: own.length })),
    };
  });
  const alone = (name: string, total: number) => (total === 0 ? [] : [{ name, total, parts: [] }]);
  return {
    groups: [
      ...counted.filter(({ total }) => total > 0),
      ...alone(generatedGroup, generatedColumns(expected).length),
      ...alone(behaviourGroup, countBehaviours(expected)),
    ],
  };
}

/** Every object that was looked at, and whether it is what it should be. */
export function schemaProgress(
  expected: Catalog,
  live: Catalog,
  contract: Contract,
  differences: readonly Difference[],
  options: RepairOptions = {},
): readonly Progress[] {
  const there = new Set(live.objects.map((object) => keyOf(object)));
  const shown = groups.flatMap(({ name, kind }) => {
    const objects = ofEither(expected, live, kind);
    return objects.map((object): Progress => {
      const wrong = differences.filter((one) => isAbout(one, object));
      const ok = wrong.length === 0 && there.has(keyOf(object));
      const note = ok ? noteOf(object) : wrong.length === 0 ? 'missing' : '';
      const told = wrong.length === 0 ? { name: shownName(object) } : differenceItem(wrong, options);
      return { group: name, total: objects.length, part: partOf(object, contract), ok, note, ...told };
    });
  });
  const all = groups.flatMap(({ kind }) => ofEither(expected, live, kind));
  const rest = differences.filter((one) => !all.some((object) => isAbout(one, object)));
  const item = { group: 'others', total: rest.length, ok: false, note: '' } as const;
  return [...rest.map((one): Progress => ({ ...item, ...differenceItem([one], options) })), ...shown];
}

/**
 * The generated columns, each with what it is made of.
 * @param worked what the database worked out for the example; null where nothing could be tried
 */
export function generatedProgress(live: Catalog, worked: BehaviourResult | null): readonly Progress[] {
  const columns = generatedColumns(live);
  return columns.map(({ name, attributes }) => {
    const item = { group: generatedGroup, total: columns.length, name };
    if (name !== workedExample.column || worked === null) {
      return { ...item, ok: true, note: attributes.generated ?? '' };
    }
    const { given, unit } = workedExample;
    if (worked.notTested !== undefined)
      return { ...item, ok: true, note: `not tested, because ${worked.notTested}` };
    const value = worked.ok ? `${Number(worked.found)} ${unit}` : worked.found;
    return { ...item, ok: worked.ok, note: `${given} → ${value}` };
  });
}

/** What was tried. Its name tells what it should come to: the note tells where it did not. */
export function behaviourItem(
  { name, ok, wanted, found, notTested }: BehaviourResult,
  total: number,
): Progress {
  const untested = notTested === undefined ? '' : `not tested, because ${notTested}`;
  const note = ok ? untested : `wanted ${wanted}, found ${found}`;
  return { group: behaviourGroup, total, name, ok, note };
}

function generatedColumns({ objects }: Catalog): readonly CatalogObject[] {
  return objects.filter(
    ({ kind, attributes }) => kind === 'column' && typeof attributes.generated === 'string',
  );
}

/** Those that should be there, and those that are there besides. */
function ofEither(expected: Catalog, live: Catalog, kind: CatalogObject['kind']): readonly CatalogObject[] {
  const objects = [...expected.objects, ...live.objects].filter((object) => object.kind === kind);
  return [...new Map(objects.toReversed().map((object) => [keyOf(object), object])).values()].toReversed();
}

/** A table is wrong where something of it is that is not shown by itself. */
function isAbout(difference: Difference, object: CatalogObject): boolean {
  if (keyOf(difference) === keyOf(object)) return true;
  const itself = groups.some(({ kind }) => kind === difference.kind);
  return !itself && object.kind === 'table' && difference.table === object.name;
}

/** A key by what it joins, not by its constraint's name. */
function shownName(object: CatalogObject): string {
  const { kind, name, columns, references } = object;
  if (kind !== 'foreign key' || references === null) return name;
  return `${tableOf(object) ?? ''}.${columns.join(', ')} → ${references.table}`;
}

const across = '⇄ across schemas';

function isAcross({ schema, references }: CatalogObject): boolean {
  return references !== null && references.table.split('.')[0] !== schema;
}

function partOf(object: CatalogObject, contract: Contract): string {
  const schema = object.schema ?? '';
  if (object.kind === 'table') return `${schema} ${contract.tables[object.name]?.group ?? 'your own'}`;
  return isAcross(object) ? across : schema;
}

function noteOf(object: CatalogObject): string {
  if (object.kind === 'foreign key') return isAcross(object) ? across : '';
  const { enabled } = object.attributes;
  return enabled === undefined || enabled === null || enabled === 'yes' ? '' : `enabled: ${enabled}`;
}
