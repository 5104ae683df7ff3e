import { logEntry } from './run-log.ts';
import { type Extent, type Share, settingsFrom } from './settings.ts';

/** Number of shares of a matrix in `npm test` and in `npm run test:all`; a run takes one share. */
export interface Shares {
  readonly usual: number;
  /** 1, the whole matrix, by default. */
  readonly all?: number;
}

/**
 * Returns the sample of a matrix for this run: every n-th item from an index that depends on the seed. Consecutive
 * seeds take consecutive samples, so that n days cover the whole matrix. The sample is logged, and printed at the end
 * of the run.
 * @param matrix its name, for the log
 */
export function sampleOf<Item>(matrix: string, items: readonly Item[], shares: Shares): readonly Item[] {
  const { logFile } = settingsFrom(process.env);
  const { k, n } = shareOf(matrix, shares);
  const taken = items.filter((_, index) => index % n === k - 1);
  logEntry(logFile, { type: 'sample', matrix, taken: taken.length, of: items.length, share: `${k}/${n}` });
  return taken;
}

/**
 * Like `sampleOf` in `npm run test:all`. In `npm test`, returns the first item of each kind and a sample of the others.
 * @param kindOf returns the same text for items of one kind
 */
export function sampleWithFirsts<Item>(
  matrix: string,
  items: readonly Item[],
  kindOf: (item: Item) => string,
  shares: Shares,
): readonly Item[] {
  if (byExtent({ usual: false, all: true })) return sampleOf(matrix, items, shares);
  const kinds = items.map(kindOf);
  const isFirst = items.map((_, index) => kinds.indexOf(kinds[index] ?? '') === index);
  const others = items.filter((_, index) => !isFirst[index]);
  const sampled = new Set(sampleOf(`${matrix} beside the first of each kind`, others, shares));
  return items.filter((item, index) => isFirst[index] || sampled.has(item));
}

/** Returns the value for the extent of this run. */
export function byExtent<Value>(values: Readonly<Record<Extent, Value>>): Value {
  return values[settingsFrom(process.env).extent];
}

/** Returns the seed of this run for random choices. */
export function seedOfRun(): number {
  return settingsFrom(process.env).seed;
}

function shareOf(matrix: string, { usual, all = 1 }: Shares): Share {
  const { extent, seed, share } = settingsFrom(process.env);
  if (share !== null) return share;
  const n = extent === 'all' ? all : usual;
  // The name shifts the index, so that not every matrix takes its first sample on the same day.
  const shift = [...matrix].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return { k: 1 + ((seed + shift) % n), n };
}
