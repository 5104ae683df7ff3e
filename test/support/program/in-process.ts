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
  /** Text for its stdin; empty by default. */
  readonly input?: string;
  /** Adapters in place of the real ones. By default, the embedded database runs without a thread. */
  readonly adapters?: Partial<Adapters>;
  /** Database in place of the embedded one of the workspace. */
  readonly database?: Database;
  readonly signal?: AbortSignal;
  /** Whether its stdout and stderr are a terminal (of 120 columns). */
  readonly terminal?: boolean;
}

/**
 * Runs the program in a workspace to its end, like `erpDeploy` of `erp-deploy.ts`, but within this process, because
 * starting the built program costs several times as much. Everything that it opens is closed at its end.
 */
export async function erpDeploy(
  workspace: string,
  words: readonly string[],
  { env, input = '', adapters, database, signal = neverAborted, terminal = false }: HowToRun = {},
): Promise<Ended> {
  const size = terminal ? { isTTY: true, columns: 120, rows: 40 } : {};
  const stdout = Object.assign(new PassThrough(), size);
  const stderr = Object.assign(new PassThrough(), size);
  // Does not use `text` of node:stream/consumers, which drops a byte order mark.
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

/** Runs a rollout without questions on the embedded engine. */
export function rollOut(workspace: string, flags: readonly string[] = [], how?: HowToRun): Promise<Ended> {
  return erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded', ...flags], how);
}

/**
 * Opens the database without a thread, because each thread loads and compiles the engine again, which takes several
 * times as long as the rest of its start.
 */
const threadless = { openEmbedded, openEmbeddedDump } satisfies Partial<Adapters>;

const neverAborted = new AbortController().signal;

/** An empty home directory, without ~/.pgpass and git settings. */
function emptyHome(): string {
  return `${inject('testRun')}/home`;
}
