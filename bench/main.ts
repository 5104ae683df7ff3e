/** Measures the commands of erp-deploy beside what they are compared with: `npm run bench -- --help`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { journalIn, withLongJournal } from './long-journal.ts';
import { type Measured, measure } from './measure.ts';
import { program } from './program.ts';
import { exceeded, exceededTimes, resultsChart, resultsText, timesText } from './results.ts';
import { rowsOf } from './rows.ts';

const usage = `npm run bench -- [--only NAME…] [--pairs N] [--testbed] [--rounds N] [--check]

--only NAME   only this row; may be repeated
--pairs N     pairs of runs per row (default 7)
--testbed     measure the rows that need the testbed instead: root, Debian, Docker, /dev/net/tun, a quiet machine
--rounds N    rounds of each of those (default 3)
--check       exit with 1 if a row exceeds its budget, and write nothing`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: '7' },
    testbed: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else if (values.testbed) await runOnTestbed(Number(values.rounds));
else await run();

async function runOnTestbed(rounds: number): Promise<void> {
  // Without the testbed's packages, the other rows are measured all the same.
  const [{ bringUp }, { timedRows }] = await Promise.all([
    import('../test/testbed/testbed.ts'),
    import('./testbed/rows.ts'),
  ]);
  await bringUp(console.log);
  const rows = await timedRows(rounds);
  console.log(timesText(rows, rounds));
  if (values.check) {
    fail(exceededTimes(rows));
    return;
  }
  writeFileSync(new URL('TIMES.md', import.meta.url), timesText(rows, rounds));
}

async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  const workspace = join(folder, 'finished');
  const long = join(folder, 'long');
  try {
    const all = rowsOf(program, workspace, { workspace: long, journal: journalIn(long) });
    const unknown = values.only.filter((name) => !all.some((row) => row.name === name));
    if (unknown.length > 0)
      throw new Error(
        `no such row: ${unknown.join(', ')}; there is ${all.map(({ name }) => name).join(', ')}`,
      );
    const selected = values.only.length === 0 ? all : all.filter(({ name }) => values.only.includes(name));
    execFileSync(
      process.execPath,
      [program, 'run', '--non-interactive', '--engine', 'embedded', '--workspace', workspace],
      { stdio: 'ignore' },
    );
    withLongJournal(workspace, long, 100_000);
    const pairs = Number(values.pairs);
    const measured: Measured[] = [];
    for (const row of selected) {
      const one = await measure(row, pairs);
      console.log(
        `${row.name.padEnd(20)} ${one.ratio.toFixed(2).padStart(6)}  (budget ${row.budget}), ${Math.round(one.megabytes)} MB`,
      );
      measured.push(one);
    }
    finish(measured, selected.length === all.length, pairs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function finish(measured: readonly Measured[], isComplete: boolean, pairs: number): void {
  if (values.check) {
    fail(exceeded(measured));
    return;
  }
  if (!isComplete) return;
  writeFileSync(new URL('RESULTS.md', import.meta.url), resultsText(measured, pairs));
  writeFileSync(new URL('results.svg', import.meta.url), resultsChart(measured));
}

function fail(faults: readonly string[]): void {
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
