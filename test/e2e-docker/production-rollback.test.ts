import { expect, test } from 'vitest';
import { operator } from '../support/production/operator.ts';
import { serverStateOf } from '../support/production/server-state.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, forgetLocalTest, migrations, put } from '../support/workspace/workspace.ts';
import { pins } from '../testbed/images/pins.ts';

const words = ['rollback', '--non-interactive'];
/** Fails only if the table has rows, so not in the local test of an empty database. */
const failing = 'alter table erp.people alter column notes set not null;\n';

test('undoes a rollout on the production host, keeps .env and data/, and leaves no lock; the next rollout succeeds', async () => {
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
  // The removed files are also kept there.
  expect(await serverStateOf(machine)).toEqual({ ...once, kept: ['backups', ...once.kept] });
});

test('undoes a migration of a database with rows after an image change and a failed migration; a restore brings the lost rows back', async () => {
  const there = await operator({ name: 'rollback-upgrade', fresh: true });
  const { machine } = there.server;
  const workspace = emptyWorkspace();
  const onHost = (...more: readonly string[]) =>
    there.run(workspace, [...more, '--production-host', 'droplet']);
  const people = () => there.ask("select string_agg(full_name, ',' order by full_name) from erp.people");
  expect(await there.rollOut(workspace, ['--create-env'])).toMatchObject({ exit: 0, stderr: '' });
  await there.ask("insert into erp.people (full_name) values ('Ada')");

  const security = 'registry.example.com/pgvector:security-fix';
  await machine.docker('create', '--name', 'made', pins.postgres);
  await machine.docker('commit', '--change', 'LABEL fix=1', 'made', security);
  await machine.docker('rm', 'made');
  put(workspace, 'erp-deploy.config.yaml', `containers: { database: { image: "${security}" } }\n`);
  expect(await there.rollOut(workspace, ['--restart-database'])).toMatchObject({ exit: 0, stderr: '' });

  const file = `${migrations}/100_nick.sql`;
  put(workspace, file, `alter table erp.people add column nick text;\n${failing}`);
  const failed = await there.rollOut(workspace, ['--allow-populated']);
  expect({ exit: failed.exit, code: problemIn(failed.stderr).code }).toEqual({ exit: 4, code: 'ERP-0510' });
  expect(await people()).toBe('Ada');
  put(workspace, file, 'alter table erp.people add column nick text;\n');
  forgetLocalTest(workspace);
  expect(await there.rollOut(workspace, ['--allow-populated'])).toMatchObject({ exit: 0, stderr: '' });
  await there.ask("insert into erp.people (full_name, nick) values ('Bob', 'b')");

  const refused = await onHost(...words);
  expect(refused.exit).toBe(2);
  expect(problemIn(refused.stderr).excerpt).toContain('erp.people: 1 row written since would be lost');
  expect(await people()).toBe('Ada,Bob');

  const { exit, stdout, stderr } = await onHost(...words, '--force', '--verbose');
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toContain('stop postgrest-erp, dump the present state into .erp-deploy/dumps');
  expect(stdout).toContain('stopping postgrest-erp');
  expect(await people()).toBe('Ada');
  expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
  expect(await there.ask("select count(*) from pg_database where datname like 'erp%'")).toBe('0');
  const running = await machine.docker('ps', '--format', '{{.Names}} {{.Image}}');
  expect(running).toContain(`postgres-erp ${security}`);
  expect(running).toContain('postgrest-erp ');
  const history = await there.run(workspace, ['history']);
  expect(history.stdout).toMatch(/ finished$[\s\S]* rolled back$/m);

  const folder = '/home/david/services/postgres-erp/.erp-deploy/dumps';
  const dumps = (await machine.run(['ls', folder])).split('\n').filter((name) => name.endsWith('.dump'));
  const restored = await onHost('restore', dumps.at(-1) ?? '', '--force');
  expect({ exit: restored.exit, stderr: restored.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(await people()).toBe('Ada,Bob');
  expect(await there.ask('select count(nick) from erp.people')).toBe('1');
  const again = await there.rollOut(workspace);
  expect({ exit: again.exit, stderr: again.stderr }).toEqual({ exit: 0, stderr: '' });
  expect(await people()).toBe('Ada,Bob');
});
