import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { garbageFrom, hostilePostgres } from '../peers/hostile-postgres.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { programFile } from '../support/program/erp-deploy.ts';
import { erpDeploy } from '../support/program/in-process.ts';

it('reports with exit code 3 that the current directory was removed', async () => {
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

it('does not open the inspector on SIGUSR1, because every user of the machine could read secrets through it', async () => {
  const connected = Promise.withResolvers<Socket>();
  const server = await hostilePostgres(connected.resolve);
  const url = `postgres://ada@127.0.0.1:${server.port}/shop`;
  const words = [programFile(), 'validate', '--engine', 'embedded', '--database-url', url];
  const child = spawn(process.execPath, words, { cwd: tempFolder(), stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = Promise.all([text(child.stderr), once(child, 'close')]);
  const socket = await connected.promise;
  child.kill('SIGUSR1');
  garbageFrom(socket);
  const [said, [exit]] = await ended;
  expect({ exit, said }).toEqual({ exit: 3, said: expect.not.stringContaining('Debugger') });
});

it('reports folders with secrets that other users may write to, and does not change them', async () => {
  const workspace = tempFolder();
  const folders = ['.erp-deploy', 'service-builds/postgres-erp'];
  for (const folder of folders) {
    mkdirSync(join(workspace, folder), { recursive: true });
    chmodSync(join(workspace, folder), 0o777);
  }
  const { exit, stdout, stderr } = await erpDeploy(workspace, [
    'run',
    '--non-interactive',
    '--engine',
    'embedded',
    '--only',
    '0.1',
  ]);
  expect({ exit, stderr }).toMatchObject({ exit: 0 });
  for (const folder of folders) {
    expect(`${stdout}${stderr}`).toContain(`other users may write to ${folder} (mode 777)`);
    expect(statSync(join(workspace, folder)).mode & 0o777).toBe(0o777);
  }
});

it.each(['missing.pem', '.'])(
  'refuses %s as the file of trusted authorities with exit code 2',
  async (file) => {
    const url = 'postgres://ada@db.example.org/shop';
    const words = ['validate', '--engine', 'embedded', '--database-url'];
    const ways = [
      await erpDeploy(tempFolder(), [...words, `${url}?sslrootcert=${file}`]),
      await erpDeploy(tempFolder(), [...words, url], { env: { PGSSLROOTCERT: file } }),
    ];
    for (const { exit, stderr } of ways)
      expect({ exit, stderr }).toEqual({ exit: 2, stderr: expect.stringContaining('ERP-0122') });
  },
);
