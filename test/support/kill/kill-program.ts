import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { inject } from 'vitest';
import type { contentsOf } from '../database/embedded-folder.ts';
import { layOut } from '../program/built-program.ts';
import { noEngine } from '../program/no-engine.ts';
import {
  contentsVariable,
  type Effect,
  effectsVariable,
  type KillPoint,
  pointsVariable,
} from './kill-point.ts';

const entry = fileURLToPath(new URL('./kill-entry.ts', import.meta.url));

/** How a process ended; `signal` if a signal ended it. */
export interface EndedOrKilled {
  readonly exit: number | undefined;
  readonly signal: string | undefined;
  readonly output: string;
}

/** Builds the program with kills in it, with the layout of an installation, once per test run. */
export function buildKillProgram(): void {
  const program = programFolder();
  if (!existsSync(program)) layOut(program, entry);
}

/** Runs the program with a kill. */
export function runKilled(
  workspace: string,
  words: readonly string[],
  point: KillPoint,
): Promise<EndedOrKilled> {
  return endOf(start(workspace, words, { [pointsVariable]: JSON.stringify([point]) }));
}

/**
 * Runs the program with a kill at the last of these points, which are in the order of the run. At each earlier point,
 * all of its threads are halted (SIGSTOP) while `visit` runs: the files then are those that a kill there would leave.
 */
export async function runHalted(
  workspace: string,
  words: readonly string[],
  points: readonly KillPoint[],
  visit: (point: number) => Promise<void>,
): Promise<EndedOrKilled> {
  const running = start(workspace, words, { [pointsVariable]: JSON.stringify(points) });
  const over = new AbortController();
  const ended = endOf(running).finally(() => over.abort());
  for (let point = 0; point < points.length - 1; point += 1) {
    if (!(await standsStill(running.pid, over.signal))) break;
    await visit(point);
    running.kill('SIGCONT');
  }
  return ended;
}

/** Waits until all threads of a process are halted; returns false if it ended instead. */
async function standsStill(pid: number | undefined, over: AbortSignal): Promise<boolean> {
  for (;;) {
    if (over.aborted) return false;
    try {
      const threads = readdirSync(`/proc/${pid}/task`).map((id) => statOf(`/proc/${pid}/task/${id}/stat`));
      if (threads.length > 0 && threads.every((state) => state === 'T')) return true;
    } catch (error) {
      // A thread, or the process, ended while it was read.
      if (!(error instanceof Error && /ENOENT|ESRCH/.test(error.message))) throw error;
    }
    await pause(2);
  }
}

/** Returns the third field; the second one, a name in parentheses, may contain any characters. */
const statOf = (file: string) => /\) (.)/.exec(readFileSync(file, 'utf8'))?.[1];

export interface Undisturbed extends EndedOrKilled {
  /** The contents of its database when it was closed; absent if it was not open. */
  readonly contents?: Awaited<ReturnType<typeof contentsOf>>;
}

/** Runs the program without a kill. */
export async function runUndisturbed(
  workspace: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Undisturbed> {
  const file = `${workspace}.contents`;
  const ended = await endOf(start(workspace, words, { ...env, [contentsVariable]: file }));
  if (!existsSync(file)) return ended;
  const contents = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  return { ...ended, contents };
}

/** Runs the program without a kill, and returns its effects in order. */
export async function effectsOf(
  workspace: string,
  words: readonly string[],
): Promise<{ readonly ended: Undisturbed; readonly effects: readonly Effect[] }> {
  const list = `${workspace}.effects`;
  const ended = await runUndisturbed(workspace, words, { [effectsVariable]: list });
  const lines = readFileSync(list, 'utf8').trimEnd().split('\n');
  return { ended, effects: lines.map((line) => JSON.parse(line)) };
}

/** @param words flags of the rollout, or another command with its flags */
function start(workspace: string, words: readonly string[], env: Readonly<Record<string, string>>) {
  const program = programFolder();
  const isNamed = words[0] !== undefined && !words[0].startsWith('-');
  const command = isNamed ? words : ['run', '--non-interactive', '--engine', 'embedded', ...words];
  return execa(process.execPath, [join(program, 'bin/erp-deploy.js'), ...command], {
    cwd: workspace,
    extendEnv: false,
    env: {
      DOCKER_HOST: noEngine,
      PATH: process.env.PATH,
      HOME: join(inject('testRun'), 'home'),
      LANG: 'C.UTF-8',
      ...env,
    },
    stdin: 'ignore',
    reject: false,
  });
}

async function endOf(running: ReturnType<typeof start>): Promise<EndedOrKilled> {
  const ended = await running;
  return { exit: ended.exitCode, signal: ended.signal, output: `${ended.stdout}\n${ended.stderr}` };
}

function programFolder(): string {
  return join(inject('testRun'), 'program-with-kills');
}
