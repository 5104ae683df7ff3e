import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundleDoubles, type Double } from '../../testbed/doubles/bundle.ts';

/** A running program, with its output so far (stdout and stderr, in the order of arrival). */
export interface Running {
  readonly child: ChildProcess;
  written(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Bundles the doubles as for an image: each in a folder without node_modules. */
export async function bundled() {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-doubles-'));
  const files = await bundleDoubles(folder);
  return {
    start: (name: Double, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
      start(files[name], args, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function start(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    written: () => text,
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until the condition holds; after half a minute, throws an error with the last value. */
export async function until<Seen>(
  look: () => Promise<Seen> | Seen,
  holds: (seen: Seen) => boolean,
): Promise<Seen> {
  let seen: Seen | undefined;
  for (let attempt = 0; attempt < 300; attempt += 1) {
    seen = await look();
    if (holds(seen)) return seen;
    await pause(100);
  }
  throw new Error(`waited in vain; last seen: ${JSON.stringify(seen)}`);
}
