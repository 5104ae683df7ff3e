import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxesProven } from '../support/kill/journal.ts';
import { askDatabase, erpDeployIn, machineOfTest, rollOutIn } from '../support/production/on-docker.ts';
import { dumpOf } from '../support/production/server-state.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

const words = ['rollback', '--non-interactive'];
const image = 'pgvector/pgvector:0.8.6-pg17-bookworm';

test('undoes a rollout on Docker: drops rows only with a dump, keeps data/ and a network in use; the next rollout succeeds beside another PostgreSQL', async () => {
  const machine = await machineOfTest();
  const workspace = emptyWorkspace();
  expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
  // The documents contain the memory of the running container.
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
  expect(stdout).toContain('network portfolio-network: in use by postgres');
  const containers = await machine.docker('ps', '--all', '--format', '{{.Names}}');
  expect(containers.trim()).toBe('postgres');
  expect(existsSync(join(workspace, stack, 'data/PG_VERSION'))).toBe(true);
  const dumps = join(workspace, '.erp-deploy/dumps/postgres-erp');
  const [dump = ''] = readdirSync(dumps).filter((name) => name.endsWith('.dump'));
  expect(statSync(join(dumps, dump)).mode & 0o777).toBe(0o600);

  const again = await rollOutIn(machine, workspace);
  expect({ exit: again.exit, stderr: again.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(await dumpOf(machine)).toBe(once);
  expect(again.stdout).toMatch(/^finalize +5\.2 +other PostgreSQL +done +postgres: running/m);
  const proven = boxesProven(workspace);
  expect(['1', '2', '3', '4'].map((box) => proven.get(`5.2#${box}`))).toEqual(Array(4).fill('docker'));
});
