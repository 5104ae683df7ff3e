import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropletStateOf, dumpOf } from '../support/droplet-state.ts';
import { boxesProven } from '../support/journal.ts';
import { askDatabase, erpDeployIn, machineOfTest, rollOutIn } from '../support/on-docker.ts';
import { operator } from '../support/on-droplet.ts';
import { problemIn } from '../support/problems.ts';
import { emptyWorkspace, stack, textOf } from '../support/workspace.ts';

const words = ['rollback', '--non-interactive'];
const image = 'pgvector/pgvector:0.8.6-pg17-bookworm';

test('a roll-out on Docker is undone: rows only with a dump, never data/ or a network in use; and made again, beside a neighbour', async () => {
  const machine = await machineOfTest();
  const workspace = emptyWorkspace();
  expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
  // The documents tell what the running container takes.
  expect(textOf(workspace, 'SERVICE_INVENTORY.md')).toMatch(/took about \d+ MB of the 300 MB/);
  expect(boxesProven(workspace).get('4.1#3')).toBe('docker');
  const once = await dumpOf(machine);
  await askDatabase(machine, "insert into erp.people (full_name) values ('Ada')");
  const settings = ['PASSWORD=x', 'USER=n8n', 'DB=n8n'].flatMap((one) => ['--env', `POSTGRES_${one}`]);
  const neighbour = ['--name', 'postgres', '--network', 'portfolio-network', ...settings, image];
  await machine.docker('run', '--detach', ...neighbour);

  const refused = await erpDeployIn(machine, workspace, words);
  expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({ exit: 2, code: 'ERP-0302' });
  expect(refused.stderr).toContain('erp.people (1 rows)');
  expect(await askDatabase(machine, 'select full_name from erp.people')).toBe('Ada');

  const { exit, stdout, stderr } = await erpDeployIn(machine, workspace, [...words, '--force']);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toContain('network portfolio-network: postgres on it');
  const containers = await machine.docker('ps', '--all', '--format', '{{.Names}}');
  expect(containers.trim()).toBe('postgres');
  expect(existsSync(join(workspace, stack, 'data/PG_VERSION'))).toBe(true);
  const dumps = join(workspace, '.erp-deploy/dumps/postgres-erp');
  const [dump = ''] = readdirSync(dumps).filter((name) => name.endsWith('.dump'));
  expect(statSync(join(dumps, dump)).mode & 0o777).toBe(0o600);

  const again = await rollOutIn(machine, workspace);
  expect({ exit: again.exit, stderr: again.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(await dumpOf(machine)).toBe(once);
  expect(again.stdout).toMatch(/^finalize +5\.2 +neighbour database +done +postgres: running/m);
  const proven = boxesProven(workspace);
  expect(['1', '2', '3', '4'].map((box) => proven.get(`5.2#${box}`))).toEqual(Array(4).fill('docker'));
});

test('a roll-out to a droplet is undone there too, and leaves its .env, its data/ and no lock; and made again', async () => {
  const there = await operator({ name: 'rollback', fresh: true });
  const workspace = emptyWorkspace();
  const folder = '/home/david/services/postgres-erp';
  const { machine } = there.droplet;
  expect(await there.rollOut(workspace, ['--create-env'])).toMatchObject({ exit: 0, stderr: '' });
  const once = await dropletStateOf(machine);

  const unnamed = await there.run(workspace, words);
  expect({ exit: unnamed.exit, code: problemIn(unnamed.stderr).code }).toEqual({ exit: 3, code: 'ERP-0831' });

  const ended = await there.run(workspace, [...words, '--production-host', 'droplet']);
  expect({ exit: ended.exit, stderr: ended.stderr }).toEqual({ exit: 0, stderr: '' });
  const plan = ended.stdout.split(/^\d+ changes\.$/m)[0] ?? '';
  expect(plan).toContain('drop the schemas agent and erp of the production database');
  expect(plan).toMatch(/undo PostgREST[\s\S]*undo container[\s\S]*undo pre-deployment[\s\S]*undo record/);
  expect((await machine.docker('ps', '--all', '--quiet')).trim()).toBe('');
  const left = await machine.run(['sh', '-c', `cd ${folder} && ls -A && ls -A .erp-deploy`]);
  expect(left.split(/\s+/)).toEqual(expect.arrayContaining(['.env', 'data', '.erp-deploy']));
  expect(left).not.toMatch(/docker-compose|migrations|^lock$/m);

  expect(await there.rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
  // What was removed is kept there, besides.
  expect(await dropletStateOf(machine)).toEqual({ ...once, kept: ['backups', ...once.kept] });
});
