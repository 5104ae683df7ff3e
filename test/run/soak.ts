import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';
import { type Law, laws } from './laws.ts';
import type { Options } from './options.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const stateFile = join(checkout, 'node_modules/.cache/erp-deploy-soak.json');

/** Above the seeds of days, so that a soak does not repeat samples of `npm test`. */
const firstSeed = 1_000_000;

const stateSchema = z.record(
  z.string(),
  z.object({ next: z.number(), passed: z.number(), failed: z.array(z.string()) }),
);
type State = z.infer<typeof stateSchema>;

/**
 * Tests laws with one seed or share after another, and continues where the last soak ended.
 * @returns whether every round of this soak passed
 */
export async function soak({ law, minutes, files }: Options): Promise<boolean> {
  const end = Date.now() + minutes * 60_000;
  const names = law === null ? Object.keys(laws) : [law];
  let passed = true;
  for (let round = 0; Date.now() < end; round += 1) {
    const name = names[round % names.length] ?? '';
    passed = (await runRound(name, laws[name] ?? {}, files)) && passed;
  }
  for (const name of names) say(summaryOf(name, readState()));
  return passed;
}

async function runRound(name: string, law: Law, files: readonly string[]): Promise<boolean> {
  const state = readState();
  const { next, passed, failed } = state[name] ?? { next: 0, passed: 0, failed: [] };
  const [flag, value] = flagOf(law, next);
  say(`\n${name}: ${flag} ${value}`);
  const groups = (law.groups ?? []).flatMap((group) => ['--group', group]);
  const words = [
    'test/run.ts',
    'all',
    '--without-checks',
    flag,
    value,
    ...groups,
    ...(law.files ?? []),
    ...files,
  ];
  const { exitCode } = await execa(process.execPath, words, {
    cwd: checkout,
    env: law.env ?? {},
    stdio: 'inherit',
    reject: false,
  });
  const hasPassed = exitCode === 0;
  const after = { next: next + 1, passed: passed + (hasPassed ? 1 : 0) };
  writeState({
    ...state,
    [name]: { ...after, failed: hasPassed ? failed : [...failed, `${flag} ${value}`] },
  });
  return hasPassed;
}

function flagOf({ shares }: Law, round: number): readonly [flag: string, value: string] {
  return shares === undefined
    ? ['--seed', `${firstSeed + round}`]
    : ['--shard', `${1 + (round % shares)}/${shares}`];
}

function summaryOf(name: string, state: State): string {
  const { passed, failed } = state[name] ?? { passed: 0, failed: [] };
  const rounds = `${name}: ${passed} rounds passed, ${failed.length} failed so far`;
  return failed.length === 0 ? rounds : `${rounds}: ${failed.join(', ')}`;
}

function readState(): State {
  return existsSync(stateFile) ? stateSchema.parse(JSON.parse(readFileSync(stateFile, 'utf8'))) : {};
}

function writeState(state: State): void {
  mkdirSync(dirname(stateFile), { recursive: true });
  writeFileSync(stateFile, `${JSON.stringify(state, null, 2)}\n`);
}

function say(line: string): void {
  console.log(line);
}
