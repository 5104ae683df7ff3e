import type { Group, TestFile } from '../run/test-files.ts';
import type { CoverageMap } from './coverage-map.ts';
import type { Fault } from './fault.ts';

/** Groups from the cheapest to the most expensive. */
const order: readonly (readonly Group[])[] = [
  ['unit', 'fuzz'],
  ['database'],
  ['schemas'],
  ['production'],
  ['embedded'],
  ['wizard'],
  ['docker', 'cloudflare', 'peers'],
];

/** CPU seconds below which files cost the same, because the start of the process dominates. */
const least = 0.5;

/** Returns the test files that have to find a fault, in the order of `filesFor`. */
export function filesForFault(
  { file, usedBy = file, foundBy }: Fault,
  map: CoverageMap,
  files: readonly TestFile[],
): readonly TestFile[] {
  return foundBy === undefined ? filesFor(usedBy, map, files) : files.filter(({ path }) => path === foundBy);
}

/**
 * Returns the test files that execute a source file, in the order in which they are likely to find a fault of it soon:
 * cheap groups first, and within them those that take little time and execute little else. Files that need containers
 * are among them only if no other file executes it.
 */
export function filesFor(source: string, map: CoverageMap, files: readonly TestFile[]): readonly TestFile[] {
  const covering = files.filter(({ path }) => map.get(path)?.sources.includes(source) === true);
  const withoutContainers = covering.filter(({ needs }) => !needs.includes('testbed'));
  const chosen = withoutContainers.length > 0 ? withoutContainers : covering;
  return chosen.toSorted((one, other) => rankOf(one) - rankOf(other) || costOf(one) - costOf(other));

  function costOf({ path }: TestFile): number {
    const { seconds, sources } = map.get(path) ?? { seconds: 0, sources: [] };
    return Math.max(seconds, least) * sources.length;
  }
}

const rankOf = ({ group }: TestFile) => order.findIndex((groups) => groups.includes(group));
