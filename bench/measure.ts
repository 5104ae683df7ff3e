import { spawn } from 'node:child_process';
import type { CommandLine, Used } from './command-line.ts';
import type { Row } from './rows.ts';

/** What one row measured. */
export interface Measured {
  readonly row: Row;
  /** Median of the ratios of CPU time, pair by pair. */
  readonly ratio: number;
  /** Medians of CPU time, in seconds. */
  readonly seconds: number;
  readonly comparisonSeconds: number;
  /** Median of the most memory that the measured command used, in MB. */
  readonly megabytes: number;
}

/** Starts both commands of a row in turn: once without counting, then `pairs` times. */
export async function measure(row: Row, pairs: number): Promise<Measured> {
  const [all, others]: [Used[], Used[]] = [[], []];
  for (let pair = -1; pair < pairs; pair++) {
    const own = typeof row.measured === 'function' ? row.measured() : used(row.measured);
    const [measured, comparison] = [await own, await used(row.comparison)];
    if (pair < 0) continue;
    all.push(measured);
    others.push(comparison);
  }
  return {
    row,
    ratio: median(all.map(({ seconds }, pair) => seconds / (others[pair]?.seconds ?? Number.NaN))),
    seconds: median(all.map(({ seconds }) => seconds)),
    comparisonSeconds: median(others.map(({ seconds }) => seconds)),
    megabytes: median(all.map(({ megabytes }) => megabytes)),
  };
}

/** Starts per sample: GNU time counts hundredths of a second, and one start takes two or three of them. */
const starts = 10;
const repeated = `n=${starts}; while [ $n -gt 0 ]; do "$@" || exit; n=$((n - 1)); done`;

/**
 * Runs a command several times under GNU time, which reports what it and its children used.
 * @returns the CPU time of one start, and the most memory of any
 * @throws an error if it fails, since a command that fails early is fast
 */
async function used([program, ...words]: CommandLine): Promise<Used> {
  const running = spawn(
    '/usr/bin/time',
    ['-q', '-f', '%U %S %M', 'sh', '-c', repeated, 'sh', program, ...words],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let errors = '';
  running.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exit = await new Promise((resolve, reject) => {
    running.once('error', reject).once('close', resolve);
  });
  const last = errors.trimEnd().split('\n').at(-1) ?? '';
  const [user = Number.NaN, system = Number.NaN, kilobytes = Number.NaN] = last.split(' ').map(Number);
  if (exit !== 0 || Number.isNaN(kilobytes))
    throw new Error(`${program} ${words.join(' ')} failed: ${errors}`);
  return { seconds: (user + system) / starts, megabytes: kilobytes / 1024 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
