import { parseArgs } from 'node:util';
import { groupNamed } from '../run/options.ts';
import { seedOfToday } from '../run/settings.ts';
import type { Group } from '../run/test-files.ts';

export interface Options {
  /** Measure which test files execute which sources, in place of running faults. */
  readonly map: boolean;
  /** For the map: only these groups; all if empty. */
  readonly groups: readonly Group[];
  /** For the map: only files whose path contains one of these; all if empty. */
  readonly files: readonly string[];
  /** For the map: files that need the testbed too. */
  readonly containers: boolean;
  /** Only faults whose name contains one of these; all if empty. */
  readonly faults: readonly string[];
  readonly seed: number;
}

export const usage = `npm run test:mutants             plant each fault, and see which test finds it
npm run test:mutants -- --map    measure which sources each test file executes: test/mutants/coverage.json

  FAULT…          only faults whose name contains this
  --seed N        which part of each matrix (default: days since 1970)

With --map:
  --group NAME    only this group; repeatable
  --containers    files that need the testbed too
  FILE…           only test files whose path contains this`;

/** Parses the arguments of `node test/mutants.ts`. @throws an error that names an invalid argument */
export function optionsFrom(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: flags });
  const { map = false, group = [], containers = false, seed = `${seedOfToday()}` } = values;
  if (!map && (group.length > 0 || containers)) throw new Error('--group and --containers belong to --map.');
  if (!/^\d{1,9}$/.test(seed)) throw new Error(`--seed ${seed} is not a number of at most nine digits.`);
  return {
    map,
    groups: group.map(groupNamed),
    files: map ? positionals : [],
    containers,
    faults: map ? [] : positionals,
    seed: Number(seed),
  };
}

const flags = {
  map: { type: 'boolean' },
  group: { type: 'string', multiple: true },
  containers: { type: 'boolean' },
  seed: { type: 'string' },
} as const;
