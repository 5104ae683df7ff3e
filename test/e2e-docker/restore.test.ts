import { beforeAll, describe, expect, test } from 'vitest';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { migrations, put, sharedWorkspace } from '../support/workspace/workspace.ts';

const folder = '/home/david/services/postgres-erp/.erp-deploy/dumps';

describe('restore on a production host', () => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'restore', fresh: true });
    workspace = sharedWorkspace();
    expect(await there.rollOut(workspace, ['--create-env', '--skip', '3.5'])).toMatchObject({ exit: 0 });
    await there.ask("insert into erp.people (full_name) values ('Ada')");
    put(workspace, `${migrations}/100_nick.sql`, 'alter table erp.people add column nick text;\n');
    const flags = ['--allow-populated', '--skip', '3.5'];
    expect(await there.rollOut(workspace, flags)).toMatchObject({ exit: 0 });
    await there.ask("insert into erp.people (full_name) values ('Bob')");
  });

  const restore = (...words: readonly string[]) =>
    there.run(workspace, ['restore', ...words, '--production-host', 'droplet']);

  async function onServer(...argv: readonly string[]): Promise<string> {
    const words = ['runuser', '-u', 'david', '--', ...argv];
    return (await there.server.machine.run(words, { cwd: '/' })).trim();
  }

  const kept = async () =>
    (await onServer('ls', folder)).split('\n').filter((name) => name.endsWith('.dump'));
  const people = () => there.ask("select string_agg(full_name, ',' order by full_name) from erp.people");

  test('lists the dumps there, and changes nothing without separate approval', async () => {
    const [dump = ''] = await kept();
    const listed = await restore();
    expect(listed).toMatchObject({ exit: 0, stderr: '' });
    expect(listed.stdout).toContain(dump);
    const { exit, stderr } = await restore(dump);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0694' });
    expect(await people()).toBe('Ada,Bob');
  });

  test('refuses a truncated dump', async () => {
    const [dump = ''] = await kept();
    await onServer('sh', '-c', `head -c 30000 ${folder}/${dump} >${folder}/cut.dump`);
    const { exit, stderr } = await restore('cut', '--force');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0691' });
    await onServer('rm', `${folder}/cut.dump`);
    expect(await people()).toBe('Ada,Bob');
  });

  test('is refused while another rollout runs there', async () => {
    const [dump = ''] = await kept();
    const lock = `${folder}/../lock`;
    const owner = '{"user":"eve","host":"elsewhere","pid":1,"since":"now","command":"erp-deploy run"}';
    await onServer(
      'sh',
      '-c',
      `mkdir ${lock} && cd ${lock} && echo '${owner}' >owner && echo x >token && touch beat`,
    );
    const { exit, stderr } = await restore(dump, '--force');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 6, code: 'ERP-0721' });
    await onServer('rm', '-r', lock);
  });

  test('restores the database in one transaction, dumps the previous state first, and releases the lock', async () => {
    const [dump = ''] = await kept();
    const { exit, stdout, stderr } = await restore(dump, '--force');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('The database matches its migrations.');
    expect(await people()).toBe('Ada');
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('2');
    expect(await kept()).toHaveLength(2);
    expect(await onServer('ls', `${folder}/..`)).not.toMatch(/^lock$/m);
    expect(await onServer('find', folder, '-type', 'f', '!', '-perm', '600')).toBe('');
  });

  test('brings the previous state back from the dump that it made', async () => {
    const dump = (await kept()).at(-1) ?? '';
    expect(await restore(dump, '--force')).toMatchObject({ exit: 0, stderr: '' });
    expect(await people()).toBe('Ada,Bob');
    expect(await there.ask('select count(*) from erp_deploy.migrations')).toBe('3');
  });
});
