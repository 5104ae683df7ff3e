import { expect, test } from 'vitest';
import { operator } from '../support/production/operator.ts';
import { serverStateOf } from '../support/production/server-state.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, migrations, put } from '../support/workspace/workspace.ts';

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

test('undoes an upgrade of a production host by the dump from before it, and stops the API until the end', async () => {
  const there = await operator({ name: 'rollback-upgrade', fresh: true });
  const workspace = emptyWorkspace();
  const onHost = (...more: readonly string[]) =>
    there.run(workspace, [...words, '--production-host', 'droplet', ...more]);
  const people = () => there.ask("select string_agg(full_name, ',' order by full_name) from erp.people");
  expect(await there.rollOut(workspace, ['--create-env'])).toMatchObject({ exit: 0, stderr: '' });
  await there.ask("insert into erp.people (full_name) values ('Ada')");
  put(workspace, `${migrations}/100_nick.sql`, 'alter table erp.people add column nick text;\n');
  expect(await there.rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
  await there.ask("insert into erp.people (full_name) values ('Bob')");

  const refused = await onHost();
  expect(refused.exit).toBe(2);
  expect(problemIn(refused.stderr).excerpt).toContain('erp.people: 1 row written since would be lost');
  expect(await people()).toBe('Ada,Bob');

  const { exit, stdout, stderr } = await onHost('--force', '--verbose');
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toContain('stop postgrest-erp, dump the present state into .erp-deploy/dumps');
  expect(stdout).toContain('stopping postgrest-erp');
  expect(await people()).toBe('Ada');
  expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
  expect(await there.ask("select count(*) from pg_database where datname like 'erp%'")).toBe('0');
  const running = await there.server.machine.docker('ps', '--format', '{{.Names}}');
  expect(running.split('\n')).toContain('postgrest-erp');
  const status = await there.run(workspace, ['history']);
  expect(status.stdout).toMatch(/ finished$[\s\S]* rolled back$/m);

  expect(await there.rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
  expect(await there.ask('select count(nick) from erp.people')).toBe('0');
});
