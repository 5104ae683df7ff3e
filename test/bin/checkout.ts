import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));

/** A fake of the program: prints the Node that runs it, and does what its arguments say. */
const program = `
const say = (word) => process.stdout.write(JSON.stringify(word) + '\\n');
export function start() {
  const [action, value] = process.argv.slice(2);
  say({ node: process.versions.node, arguments: process.argv.slice(2), told: process.env.ERP_DEPLOY_RESTARTED });
  if (action === 'exit') process.exitCode = Number(value);
  if (action === 'die') process.kill(process.pid, value);
  if (action === 'wait') {
    const end = (word) => { say(word); process.exit(0); };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
    process.on('disconnect', () => end('parent gone'));
    setInterval(() => {}, 60_000);
    say('waiting');
  }
}`;

export interface Checkout {
  readonly folder: string;
  /** Installs a fake of the npm package "node"; its Node runs with these arguments before the others. */
  pinRuntime(...before: string[]): void;
}

/** Makes a folder with the real `bin` and a small program in `dist`, for one test. */
export function openCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'erp-deploy-bin-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(bin, join(folder, 'bin'), { recursive: true });
  write('package.json', '{ "type": "module" }');
  write('dist/cli.js', program);
  return {
    folder,
    pinRuntime: (...before) => {
      const words = [process.execPath, ...before].map((word) => `'${word}'`).join(' ');
      write('node_modules/node/package.json', '{ "name": "node" }');
      // Counts its starts, so that a fault that restarts for ever does not fill the machine.
      const counted = 'echo >>"$0.starts"; [ "$(wc -l <"$0.starts")" -lt 4 ] || exit 99';
      write('node_modules/node/bin/node', `#!/bin/sh\n${counted}\nexec ${words} "$@"\n`);
      chmodSync(join(folder, 'node_modules/node/bin/node'), 0o755);
    },
  };
}

/** Returns arguments that make this Node report another version. */
export function pretending(version: string): readonly string[] {
  const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
  const text = `Object.defineProperty(process, "versions", { value: ${versions} });`;
  return ['--import', `data:text/javascript,${encodeURIComponent(text)}`];
}

/** Starts `bin/erp-deploy.js` of a checkout with the given Node (a program and what comes before the script). */
export function startWith(node: readonly string[], { folder }: Checkout, ...words: string[]) {
  const [command = process.execPath, ...before] = node;
  const child = spawn(command, [...before, join(folder, 'bin', 'erp-deploy.js'), ...words], {
    detached: true,
  });
  onTestFinished(() => endGroup(child.pid));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done === true ? 'no more output' : JSON.parse(line.value);
  };
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Returns the next message of the program. */
    next,
    /** Waits until every process that holds the output has ended. */
    end: async () => {
      const [code, signal] = await ended;
      return { code, signal, stderr, last: await next() };
    },
  };
}

/** Kills the processes that a failed test left, including children. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!isGone) throw error;
  }
}
