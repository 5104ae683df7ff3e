import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CpuEntry } from './run-log.ts';
import { type Group, groups, testFiles } from './test-files.ts';

const budgetFile = fileURLToPath(new URL('../budget.json', import.meta.url));

/** Percent of the CPU time of `npm test` that each group is allotted. */
const budgetSchema = z.object({ percent: z.record(z.enum([...groups, 'runner']), z.number()) });

export interface CpuTimes {
  /** CPU seconds by test file. */
  readonly files: ReadonlyMap<string, number>;
  /** CPU seconds of this process, Vitest, the checks and the build. */
  readonly runner: number;
}

/** @param ofRun CPU seconds of this process and of all of its ended children, including the workers */
export function cpuTimesOf(entries: readonly CpuEntry[], ofRun: number): CpuTimes {
  const files = new Map<string, number>();
  const before = new Map<number, Pick<CpuEntry, 'process' | 'machines'>>();
  let workers = 0;
  for (const { file, pid, process, machines } of entries) {
    // A worker may run several files.
    const last = before.get(pid) ?? { process: 0, machines: 0 };
    before.set(pid, { process, machines });
    workers += process - last.process;
    files.set(file, (files.get(file) ?? 0) + process - last.process + machines - last.machines);
  }
  return { files, runner: Math.max(0, ofRun - workers) };
}

/** Returns a line for each group with its CPU time, its share of the total, and its share in test/budget.json. */
export function cpuTable({ files, runner }: CpuTimes): readonly string[] {
  const { percent } = budgetSchema.parse(JSON.parse(readFileSync(budgetFile, 'utf8')));
  const groupOf = new Map(testFiles().map(({ path, group }) => [path, group]));
  const rows = new Map<Group | 'runner', number>([
    ...groups.map((group): [Group, number] => [group, 0]),
    ['runner', runner],
  ]);
  for (const [file, seconds] of files) {
    const group = groupOf.get(file) ?? 'runner';
    rows.set(group, (rows.get(group) ?? 0) + seconds);
  }
  const whole = [...rows.values()].reduce((sum, one) => sum + one, 0);
  const line = (name: string, seconds: number, allotted: string) =>
    `${name.padEnd(12)}${seconds.toFixed(0).padStart(7)} s${((100 * seconds) / (whole || 1)).toFixed(0).padStart(6)} %${allotted.padStart(9)}`;
  const lines = [...rows].map(([name, seconds]) => line(name, seconds, `${percent[name]} %`));
  return ['CPU time        used   share  allotted', ...lines, line('all', whole, '')];
}

/** Returns the files that used the most CPU time, in descending order. */
export function mostExpensive({ files }: CpuTimes, count: number): readonly string[] {
  const sorted = [...files].toSorted(([, one], [, other]) => other - one).slice(0, count);
  return sorted.map(([file, seconds]) => `${seconds.toFixed(0).padStart(7)} s  ${file}`);
}
