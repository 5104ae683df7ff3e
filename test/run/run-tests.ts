import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allChecks, runChecks } from './checks.ts';
import { closingLineOf } from './closing-line.ts';
import { cpuTable, cpuTimesOf, mostExpensive } from './cpu-table.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { type Missing, whatIsMissing } from './missing.ts';
import { type NeedName, needs } from './needs.ts';
import type { Options } from './options.ts';
import { type RunLogEntry, readRunLog } from './run-log.ts';
import { testFiles } from './test-files.ts';
import { runVitest } from './vitest.ts';

/** Runs checks and tests, and prints the results. Returns whether all of them passed. */
export async function runTests(options: Options): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-test-log-'));
  const logFile = join(folder, 'log');
  writeFileSync(logFile, '');
  try {
    return await runWithLog(options, logFile);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runWithLog(options: Options, logFile: string): Promise<boolean> {
  const { command, settings } = options;
  say(
    `seed ${settings.seed}${settings.share === null ? '' : `, share ${settings.share.k}/${settings.share.n}`}`,
  );
  const isChecked = command !== 'unit' && !options.withoutChecks;
  const [failedChecks, missing] = await Promise.all([
    runChecks(isChecked ? allChecks : ['build'], say),
    command === 'unit' ? [] : whatIsMissing(wanted(options), say),
  ]);
  // If the build fails, there is nothing to test.
  if (failedChecks.includes('build')) {
    say(closingLineOf({ passed: 0, failed: failedChecks.length, skipped: 0 }));
    return false;
  }
  const names = missing.map(({ name }) => name);
  const counts = await runVitest({ ...options, settings: { ...settings, missing: names, logFile } });
  const entries = readRunLog(logFile);
  reportTimes(entries);
  reportSamples(entries, options);
  for (const one of missing) say(leftOutBy(one));
  for (const name of failedChecks) say(`failed: npm run ${name}`);
  const failed = counts.failed + failedChecks.length;
  say(closingLineOf({ ...counts, failed }));
  return failed === 0 && counts.passed > 0 && (missing.length === 0 || options.allowMissing);
}

function say(line: string): void {
  console.log(line);
}

function reportTimes(entries: readonly RunLogEntry[]): void {
  const used = entries.filter((entry) => entry.type === 'cpu');
  const times = cpuTimesOf(used, cpuSecondsOf('self'));
  say(['', ...cpuTable(times), '', 'most expensive files:', ...mostExpensive(times, 10), ''].join('\n'));
}

function reportSamples(entries: readonly RunLogEntry[], { settings }: Options): void {
  const samples = entries.filter((entry) => entry.type === 'sample');
  if (samples.length === 0) return;
  say(`parts of matrices (--seed ${settings.seed} takes them again):`);
  // Vitest reads its configuration for each project, which draws the sample of files several times.
  const lines = samples.map(
    ({ matrix, taken, of, share }) => `  ${matrix}: ${taken} of ${of}, share ${share}`,
  );
  for (const line of new Set(lines)) say(line);
  say('');
}

function wanted({ groups, files }: Options): readonly NeedName[] {
  const chosen = testFiles()
    .filter(({ group }) => groups.length === 0 || groups.includes(group))
    .filter(({ path }) => files.length === 0 || files.some((part) => path.includes(part)));
  return [...new Set(chosen.flatMap((file) => file.needs))];
}

function leftOutBy({ name, why }: Missing): string {
  const count = testFiles().filter((file) => file.needs.includes(name)).length;
  return `left out: ${count} test files that need ${needs[name].what} (${why})`;
}
