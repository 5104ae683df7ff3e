import { logEntry } from './run-log.ts';
import { type Extent, type Share, settingsFrom } from './settings.ts';

/** How many shares a matrix has in `npm test` and in `npm run test:all`; a run takes one of them. */
export interface Shares {
  readonly usual: number;
  /** 1 by default: all of it. */
  readonly all?: number;
}

/**
 * Returns the part of a matrix that this run takes: every n-th item, from a place that the seed decides. Consecutive
 * seeds take consecutive parts, so that n days see all of it. The part is logged, and printed at the end of the run.
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
 * Returns the same in `npm run test:all`; in `npm test`, the first item of each kind, and a part of the others.
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

/** Returns the seed of this run, for what is drawn at random. */
export function seedOfRun(): number {
  return settingsFrom(process.env).seed;
}

function shareOf(matrix: string, { usual, all = 1 }: Shares): Share {
  const { extent, seed, share } = settingsFrom(process.env);
  if (share !== null) return share;
  const n = extent === 'all' ? all : usual;
  // The name shifts it, so that not every matrix takes its first part on the same day.
  const shift = [...matrix].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return { k: 1 + ((seed + shift) % n), n };
}
