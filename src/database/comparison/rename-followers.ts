import { type CatalogObject, keyOf } from '../catalog/catalog.ts';
import type { Difference } from './difference.ts';
import type { Graph } from './graph.ts';

/**
 * Returns the differences that the rename of an object explains completely: texts that contain its name, and functions
 * whose arguments have its type.
 * @param missing the object as it is expected
 * @param extra the same object under its new name
 */
export function followersOf(
  differences: readonly Difference[],
  expected: Graph,
  missing: CatalogObject,
  extra: CatalogObject,
): readonly Difference[] {
  const name = new RegExp(`(?<![\\w".])${escaped(extra.name)}(?![\\w"$])`, 'g');
  const asExpected = (text: string | null) => text?.replaceAll(name, () => missing.name) ?? null;
  const isExplained = ({ expected: wanted, actual }: Difference) =>
    wanted !== null && actual !== null && actual !== wanted && asExpected(actual) === wanted;
  /** An object is missing with the table or type that its name contains, so it may not be listed as missing itself. */
  const expectedAs = ({ kind, name, actual }: Difference) => {
    const other = expected.objects.get(keyOf({ kind, name: asExpected(name) ?? '' }));
    return other?.name !== name && asExpected(actual) === other?.definition ? other : undefined;
  };
  return differences.flatMap((one) => {
    if (one.aspect === 'missing') return [];
    if (one.aspect !== 'extra') return isExplained(one) ? [one] : [];
    const other = expectedAs(one);
    if (other === undefined) return [];
    return [one, ...differences.filter((two) => two.aspect === 'missing' && keyOf(two) === keyOf(other))];
  });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
