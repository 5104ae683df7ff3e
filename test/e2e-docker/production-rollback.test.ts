import { expect, test } from 'vitest';
import { operator } from '../support/production/operator.ts';
import { serverStateOf } from '../support/production/server-state.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const words = ['rollback', '--non-interactive'];

test('undoes a rollout on the production host, where .env and data/ stay and no lock does; the next rollout succeeds', async () => {
  const there = await operator({ name: 'rollback', fresh: true });
  const workspace = emptyWorkspace();
  const folder = '/home/david/services/postgres-erp';
  const { machine } = there.server;
  expect(await there.rollOut(workspace, ['--create-env'])).toMatchObject({ exit: 0, stderr: '' });
  const once = await serverStateOf(machine);

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
  expect(await serverStateOf(machine)).toEqual({ ...once, kept: ['backups', ...once.kept] });
});
