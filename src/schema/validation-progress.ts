import { type BehaviourResult, countBehaviours } from '../database/behaviour/check-behaviour.ts';
import { workedExample } from '../database/behaviour/checks.ts';
import { type Catalog, type CatalogObject, keyOf, tableOf } from '../database/catalog/catalog.ts';
import type { Difference } from '../database/comparison/difference.ts';
import type { RepairOptions } from '../database/comparison/repair-script.ts';
import type { Contract } from '../database/contract.ts';
import type { PlannedProgress, Progress } from '../domain/events.ts';
import { differenceItem } from './difference-item.ts';

/** Kinds of objects that are shown one by one, in the order of the display. */
const groups = [
  { name: 'tables', kind: 'table' },
  { name: 'foreign keys', kind: 'foreign key' },
  { name: 'triggers', kind: 'trigger' },
] as const;
const generatedGroup = 'generated';
const behaviourGroup = 'behaviour';

/** Returns what the validation will check: the expected objects. */
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
  const withoutParts = (name: string, total: number) => (total === 0 ? [] : [{ name, total, parts: [] }]);
  return {
    groups: [
      ...counted.filter(({ total }) => total > 0),
      ...withoutParts(generatedGroup, generatedColumns(expected).length),
      ...withoutParts(behaviourGroup, countBehaviours(expected)),
    ],
  };
}

/** Returns every checked object, and whether it is as expected. */
export function schemaProgress(
  expected: Catalog,
  live: Catalog,
  contract: Contract,
  differences: readonly Difference[],
  options: RepairOptions = {},
): readonly Progress[] {
  const existing = new Set(live.objects.map((object) => keyOf(object)));
  const grouped = groups.flatMap(({ name, kind }) => {
    const objects = ofEither(expected, live, kind);
    return objects.map((object): Progress => {
      const wrong = differences.filter((one) => isAbout(one, object));
      const ok = wrong.length === 0 && existing.has(keyOf(object));
      const note = ok ? noteOf(object) : wrong.length === 0 ? 'missing' : '';
      const shown = wrong.length === 0 ? { name: shownName(object) } : differenceItem(wrong, options);
      return { group: name, total: objects.length, part: partOf(object, contract), ok, note, ...shown };
    });
  });
  const all = groups.flatMap(({ kind }) => ofEither(expected, live, kind));
  const rest = differences.filter((one) => !all.some((object) => isAbout(one, object)));
  const item = { group: 'others', total: rest.length, ok: false, note: '' } as const;
  return [...rest.map((one): Progress => ({ ...item, ...differenceItem([one], options) })), ...grouped];
}

/**
 * Returns the generated columns, each with its expression.
 * @param computed what the database computed for the worked example; null if nothing could be tested
 */
export function generatedProgress(live: Catalog, computed: BehaviourResult | null): readonly Progress[] {
  const columns = generatedColumns(live);
  return columns.map(({ name, attributes }) => {
    const item = { group: generatedGroup, total: columns.length, name };
    if (name !== workedExample.column || computed === null) {
      return { ...item, ok: true, note: attributes.generated ?? '' };
    }
    const { given, unit } = workedExample;
    if (computed.notTested !== undefined)
      return { ...item, ok: true, note: `not tested, because ${computed.notTested}` };
    const value = computed.ok ? `${Number(computed.actual)} ${unit}` : computed.actual;
    return { ...item, ok: computed.ok, note: `${given} → ${value}` };
  });
}

/** Returns a tested behaviour. Its name states what is expected; the note gives the actual result if it differs. */
export function behaviourItem(
  { name, ok, expected: wanted, actual: found, notTested }: BehaviourResult,
  total: number,
): Progress {
  const untested = notTested === undefined ? '' : `not tested, because ${notTested}`;
  const note = ok ? untested : `expected ${wanted}, actual ${found}`;
  return { group: behaviourGroup, total, name, ok, note };
}

function generatedColumns({ objects }: Catalog): readonly CatalogObject[] {
  return objects.filter(
    ({ kind, attributes }) => kind === 'column' && typeof attributes.generated === 'string',
  );
}

/** Returns the expected objects, and the extra ones. */
function ofEither(expected: Catalog, live: Catalog, kind: CatalogObject['kind']): readonly CatalogObject[] {
  const objects = [...expected.objects, ...live.objects].filter((object) => object.kind === kind);
  return [...new Map(objects.toReversed().map((object) => [keyOf(object), object])).values()].toReversed();
}

/** A difference in a part that is not shown by itself counts as one of its table. */
function isAbout(difference: Difference, object: CatalogObject): boolean {
  if (keyOf(difference) === keyOf(object)) return true;
  const itself = groups.some(({ kind }) => kind === difference.kind);
  return !itself && object.kind === 'table' && difference.table === object.name;
}

/** Returns a foreign key by its columns and target, not by its constraint name. */
function shownName(object: CatalogObject): string {
  const { kind, name, columns, references } = object;
  if (kind !== 'foreign key' || references === null) return name;
  return `${tableOf(object) ?? ''}.${columns.join(', ')} → ${references.table}`;
}

const crossSchema = '⇄ across schemas';

function isCrossSchema({ schema, references }: CatalogObject): boolean {
  return references !== null && references.table.split('.')[0] !== schema;
}

function partOf(object: CatalogObject, contract: Contract): string {
  const schema = object.schema ?? '';
  if (object.kind === 'table') return `${schema} ${contract.tables[object.name]?.group ?? 'your own'}`;
  return isCrossSchema(object) ? crossSchema : schema;
}

function noteOf(object: CatalogObject): string {
  if (object.kind === 'foreign key') return isCrossSchema(object) ? crossSchema : '';
  const { enabled } = object.attributes;
  return enabled === undefined || enabled === null || enabled === 'yes' ? '' : `enabled: ${enabled}`;
}
