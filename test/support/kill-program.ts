import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { inject } from 'vitest';
import { type Effect, effectsVariable, type KillPoint, killVariable } from './kill-point.ts';
import { noEngine } from './no-engine.ts';
import { quickStart } from './quick-start.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const entry = fileURLToPath(new URL('./kill-entry.ts', import.meta.url));

/** How a process ended; `signal` where one ended it. */
export interface EndedOrKilled {
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  readonly output: string;
}

/** Builds the program with the kills in it, laid out as it is installed; once a test run. */
export function buildKillProgram(): void {
  const program = programFolder();
  if (existsSync(program)) return;
  mkdirSync(program);
  for (const part of ['assets', 'package.json']) {
    cpSync(join(checkout, part), join(program, part), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(program, 'node_modules'));
  const words = ['scripts/build.ts', join(program, 'dist'), entry];
  execFileSync(process.execPath, words, { cwd: checkout, stdio: 'pipe' });
}

/** Runs it with a kill in it. */
export function runKilled(
  workspace: string,
  words: readonly string[],
  point: KillPoint,
): Promise<EndedOrKilled> {
  return run(workspace, words, { [killVariable]: JSON.stringify(point) });
}

export function runUndisturbed(workspace: string, words: readonly string[]): Promise<EndedOrKilled> {
  return run(workspace, words, {});
}

/** Runs it undisturbed, and answers its effects, in order. */
export async function effectsOf(
  workspace: string,
  words: readonly string[],
): Promise<{ readonly ended: EndedOrKilled; readonly effects: readonly Effect[] }> {
  const list = `${workspace}.effects`;
  const ended = await run(workspace, words, { [effectsVariable]: list });
  const lines = readFileSync(list, 'utf8').trimEnd().split('\n');
  return { ended, effects: lines.map((line) => JSON.parse(line)) };
}

/** @param words flags of the roll-out, or another command with its own */
async function run(
  workspace: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<EndedOrKilled> {
  const program = programFolder();
  const isNamed = words[0] !== undefined && !words[0].startsWith('-');
  const command = isNamed ? words : ['run', '--non-interactive', '--engine', 'embedded', ...words];
  const ended = await execa(process.execPath, [quickStart, join(program, 'dist/kill-entry.js'), ...command], {
    cwd: workspace,
    extendEnv: false,
    env: {
      DOCKER_HOST: noEngine,
      PATH: process.env.PATH,
      HOME: join(inject('testRun'), 'home'),
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: join(program, 'dist/.compile-cache'),
      ...env,
    },
    stdin: 'ignore',
    reject: false,
  });
  return { exit: ended.exitCode, signal: ended.signal, output: `${ended.stdout}\n${ended.stderr}` };
}

function programFolder(): string {
  return join(inject('testRun'), 'program-with-kills');
}
