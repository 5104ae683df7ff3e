import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inject } from 'vitest';
import { openEmbedded, openEmbeddedDump } from '../../../src/adapters/embedded-session.ts';
import { type Adapters, realAdapters } from '../../../src/cli/wiring/adapters.ts';
import type { Database } from '../../../src/domain/ports/database.ts';
import { run } from '../../../src/run.ts';
import type { Ended } from './erp-deploy.ts';
import { noEngine } from './no-engine.ts';

export interface HowToRun {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from stdin; without it, stdin is empty. */
  readonly input?: string;
  /** In place of the real ones; those that are left out are real, but the embedded database runs without a thread. */
  readonly adapters?: Partial<Adapters>;
  /** In place of the workspace's embedded database. */
  readonly database?: Database;
  readonly signal?: AbortSignal;
  /** Whether its stdout and stderr are a terminal (of 120 columns). */
  readonly terminal?: boolean;
}

/**
 * Runs the program in a workspace to its end, as `erpDeploy` of `erp-deploy.ts` does, but within this process: a start
 * of the built program costs several times as much. What it opens is closed when it ends.
 */
export async function erpDeploy(
  workspace: string,
  words: readonly string[],
  { env, input = '', adapters, database, signal = neverAborted, terminal = false }: HowToRun = {},
): Promise<Ended> {
  const size = terminal ? { isTTY: true, columns: 120, rows: 40 } : {};
  const stdout = Object.assign(new PassThrough(), size);
  const stderr = Object.assign(new PassThrough(), size);
  // Not `text` of node:stream/consumers, which drops a byte order mark.
  const written = Promise.all([buffer(stdout), buffer(stderr)]);
  const injected = database === undefined ? {} : { embeddedDatabase: () => database };
  const exit = await run(words, {
    adapters: { ...realAdapters, ...threadless, ...adapters, ...injected },
    env: { PATH: process.env.PATH, HOME: emptyHome(), LANG: 'C.UTF-8', DOCKER_HOST: noEngine, ...env },
    cwd: workspace,
    stdin: Readable.from([input]),
    stdout,
    stderr,
    signal,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { exit, stdout: out.toString(), stderr: err.toString() };
}

/** Runs the rollout without questions, on the embedded engine. */
export function rollOut(workspace: string, flags: readonly string[] = [], how?: HowToRun): Promise<Ended> {
  return erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded', ...flags], how);
}

/** A thread of its own loads and compiles the engine again, which takes several times the rest of its start. */
const threadless = { openEmbedded, openEmbeddedDump } satisfies Partial<Adapters>;

const neverAborted = new AbortController().signal;

/** Contains no ~/.pgpass and no settings of git. */
function emptyHome(): string {
  return `${inject('testRun')}/home`;
}
