import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { claimFolder } from '../../src/adapters/claim-folder.ts';
import { processTable } from '../../src/adapters/process-table.ts';
import { takeLock } from '../../src/engine/lock.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const taker = fileURLToPath(new URL('../support/production/lock-taker.ts', import.meta.url));
/** Command for a PID namespace with the same host name and boot id, as in `docker run --uts=host`. */
const otherNamespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
if (process.getuid?.() !== 0) otherNamespace.push('--map-root-user');

/** A path that is longer than the limit for socket addresses. */
function longFolder(): string {
  const root = join(tempFolder(), 'x'.repeat(120));
  mkdirSync(root);
  return root;
}

it('refuses a lock whose live holder is in another PID namespace, through a bind mount with a long path', async () => {
  const [root, mounted] = [longFolder(), longFolder()];
  await takeHere(root);
  const mount = ['sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', root, mounted];
  expect(await firstLine(start(mounted, [...otherNamespace, ...mount]))).toContain('"ERP-0210"');
});

it('does not take over the lock of an earlier version, which names no namespace, in a namespace that began later', async () => {
  const root = tempFolder();
  await takeHere(root);
  const entry = join(root, 'lock/1.json');
  const { pidNamespace: _, socket: __, ...earlier } = JSON.parse(readFileSync(entry, 'utf8'));
  writeFileSync(entry, JSON.stringify(earlier));
  expect(await firstLine(start(root, otherNamespace))).toContain('"ERP-0210"');
});

it('takes the lock over at once when a holder in another PID namespace was killed, and not before', async () => {
  const root = tempFolder();
  const holder = start(root, otherNamespace);
  expect(await firstLine(holder)).toBe('taken');
  const refused = takeHere(root);
  await expect(refused).rejects.toMatchObject({ problems: [{ code: 'ERP-0210' }] });
  // Outside its namespace, its PID belongs to another process.
  await expect(refused).rejects.not.toMatchObject({
    problems: [
      {
        todo: expect.arrayContaining([
          expect.objectContaining({ command: expect.arrayContaining(['kill']) }),
        ]),
      },
    ],
  });
  holder.kill('SIGKILL'); // --kill-child passes it on to the holder
  await once(holder.stdout, 'close');
  await (await takeHere(root)).assertHeld();
});

it('takes the lock over at once in another PID namespace when its holder here was killed', async () => {
  const root = tempFolder();
  const holder = start(root, []);
  expect(await firstLine(holder)).toBe('taken');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await firstLine(start(root, otherNamespace))).toBe('taken');
});

function takeHere(root: string) {
  const [folder, processes] = [claimFolder(root, 'lock'), processTable()];
  return takeLock({ folder, processes, clock: () => '2026-11-22T21:04:00.000Z', command: 'erp-deploy run' });
}

type Taker = ReturnType<typeof start>;

/** Starts a process that tries to take the lock. @param inside the command that runs it in another namespace */
function start(root: string, inside: readonly string[]) {
  const [program, ...args] = [...inside, process.execPath, taker, root];
  const child = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => ended(child));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function firstLine({ stdout }: Taker): Promise<string> {
  const [line] = await once(createInterface({ input: stdout }), 'line');
  return String(line);
}
