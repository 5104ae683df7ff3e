/** Measures the commands of erp-deploy beside what they are compared with: `npm run bench -- --help`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measured, measure } from './measure.ts';
import { exceeded, resultsChart, resultsText } from './results.ts';
import { rowsOf } from './rows.ts';

const usage = `npm run bench -- [--only NAME…] [--pairs N] [--check]

--only NAME   only this row; may be repeated
--pairs N     pairs of runs per row (default 7)
--check       exit with 1 if a row exceeds its budget, and write nothing`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: '7' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'erp-deploy-bench-'));
  try {
    const program = fileURLToPath(new URL('../bin/erp-deploy.js', import.meta.url));
    const all = rowsOf(program, workspace);
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
    rmSync(workspace, { recursive: true, force: true });
  }
}

function finish(measured: readonly Measured[], isComplete: boolean, pairs: number): void {
  if (values.check) {
    const faults = exceeded(measured);
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
    return;
  }
  if (!isComplete) return;
  writeFileSync(new URL('RESULTS.md', import.meta.url), resultsText(measured, pairs));
  writeFileSync(new URL('results.svg', import.meta.url), resultsChart(measured));
}
