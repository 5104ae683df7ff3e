import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChecks } from '../run/checks.ts';
import { cpuTimesOf } from '../run/cpu-table.ts';
import { whatIsMissing } from '../run/missing.ts';
import type { NeedName } from '../run/needs.ts';
import { readRunLog } from '../run/run-log.ts';
import { groups, type TestFile, testFiles } from '../run/test-files.ts';
import { runVitest } from '../run/vitest.ts';
import { type CoverageMap, type Measured, readCoverage, writeCoverage } from './coverage-map.ts';
import type { Options } from './options.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs test files one at a time, and writes which sources each of them executes into test/mutants/coverage.json. Files
 * that it does not run keep what was measured before.
 * @returns whether all of them passed
 */
export async function measure(options: Options): Promise<boolean> {
  const chosen = testFiles().filter((file) => isChosen(file, options));
  const [failedChecks, missing] = await Promise.all([
    runChecks(['build'], say),
    whatIsMissing([...new Set(chosen.flatMap(({ needs }) => needs))], say),
  ]);
  if (failedChecks.length > 0) return false;
  const names = missing.map(({ name }) => name);
  for (const { name, why } of missing) say(`left out: what needs ${name} (${why})`);
  let passed = true;
  for (const group of groups) {
    const files = chosen.filter(
      (file) => file.group === group && !file.needs.some((need) => names.includes(need)),
    );
    if (files.length === 0) continue;
    passed = (await measureFiles(files, [...names, ...unused(files)], options.seed)) && passed;
  }
  return passed;
}

/** Without containers the testbed is not brought up. */
const unused = (files: readonly TestFile[]): readonly NeedName[] =>
  files.some(({ needs }) => needs.includes('testbed')) ? [] : ['testbed'];

function isChosen(file: TestFile, { groups: asked, files, containers }: Options): boolean {
  if (file.runs === 'only in test:all' || (file.needs.includes('testbed') && !containers)) return false;
  return (
    (asked.length === 0 || asked.includes(file.group)) &&
    (files.length === 0 || files.some((part) => file.path.includes(part)))
  );
}

/** @param files all of one group */
async function measureFiles(
  files: readonly TestFile[],
  missing: readonly string[],
  seed: number,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-coverage-'));
  const logFile = join(folder, 'log');
  writeFileSync(logFile, '');
  try {
    const { passed, failed } = await runVitest({
      command: 'usual',
      settings: {
        extent: 'usual',
        seed,
        share: null,
        shuffle: false,
        named: true,
        missing,
        logFile,
        coverage: true,
      },
      groups: [...new Set(files.map(({ group }) => group))],
      files: files.map(({ path }) => path),
    });
    keep(measuredIn(logFile));
    return passed > 0 && failed === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measuredIn(logFile: string): CoverageMap {
  const entries = readRunLog(logFile);
  const { files } = cpuTimesOf(
    entries.filter((entry) => entry.type === 'cpu'),
    0,
  );
  const coverage = entries.filter((entry) => entry.type === 'coverage');
  return new Map(
    coverage.map(({ file, sources }): [string, Measured] => [
      file,
      { seconds: Number((files.get(file) ?? 0).toFixed(1)), sources },
    ]),
  );
}

/** Adds what was measured to the map, and removes what does not exist any more. */
function keep(measured: CoverageMap): void {
  const tests = new Set(testFiles().map(({ path }) => path));
  const all = [...readCoverage(), ...measured].filter(([test]) => tests.has(test));
  const exists = (source: string) => existsSync(join(checkout, source));
  writeCoverage(new Map(all.map(([test, one]) => [test, { ...one, sources: one.sources.filter(exists) }])));
}

function say(line: string): void {
  console.log(line);
}
