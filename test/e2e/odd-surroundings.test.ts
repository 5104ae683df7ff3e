import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { programFile } from '../support/program/erp-deploy.ts';

it('says with exit code 3 that the current directory was removed', async () => {
  const command = `cd ${tempFolder()} && mkdir x && cd x && rmdir ../x && exec "$0" "$1" plan`;
  const child = spawn('sh', ['-c', command, process.execPath, programFile()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [exit]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ exit, said }).toEqual({ exit: 3, said: expect.stringMatching(/^ERP-0311/) });
});

it('runs as a user without an entry in the password database', async () => {
  if (process.getuid?.() !== 0) return;
  const workspace = tempFolder();
  execFileSync('chown', ['54321', workspace]);
  const words = [programFile(), 'run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare'];
  const child = spawn(process.execPath, words, {
    cwd: workspace,
    uid: 54321,
    gid: 54321,
    env: { PATH: process.env.PATH, HOME: workspace },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  expect({ exit, out, err }).toMatchObject({ exit: 0 });
});
