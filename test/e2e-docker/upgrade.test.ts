import { beforeAll, describe, expect, test } from 'vitest';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace } from '../support/workspace/workspace.ts';
import { pins } from '../testbed/images/pins.ts';

const folder = '/home/david/services/postgres-erp';
const newer = 'registry.example.com/pgvector:next-major';
/** An image that lacks the library of the extension. */
const broken = 'registry.example.com/pgvector:broken';

describe("an upgrade of production's database to a newer major version", () => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'upgrade', fresh: true });
    workspace = sharedWorkspace();
    const { machine } = there.server;
    // The same server that reports a newer version. For the copy this is equivalent to another version.
    await machine.docker('create', '--name', 'made', pins.postgres);
    await machine.docker('commit', '--change', 'ENV PG_MAJOR=18', 'made', newer);
    const withoutVector =
      'cd "$(mktemp -d)" && : >vector.so && docker cp vector.so made:/usr/lib/postgresql/17/lib/';
    await machine.exec(['sh', '-c', withoutVector]);
    await machine.docker('commit', '--change', 'ENV PG_MAJOR=18', 'made', broken);
    await machine.docker('rm', 'made');
    expect(await there.rollOut(workspace, ['--create-env', '--until', '3.5'])).toMatchObject({
      exit: 0,
      stderr: '',
    });
    await there.ask("insert into erp.people (full_name) values ('Ada'), ('Grace')");
    use(newer);
  });

  const use = (name: string) =>
    put(workspace, 'erp-deploy.config.yaml', `containers: { database: { image: "${name}" } }\n`);

  const upgrade = (...flags: readonly string[]) =>
    there.run(workspace, ['upgrade', '--engine', 'embedded', '--production-host', 'droplet', ...flags]);
  const names = async () => (await there.server.machine.exec(['ls', folder])).stdout.split('\n');
  const image = async () =>
    (await there.server.machine.docker('inspect', '--format', '{{.Config.Image}}', 'postgres-erp')).trim();

  test('is shown, and changes nothing without separate approval', async () => {
    const { exit, stderr } = await upgrade();
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0616' });
    expect(stderr).toContain('upgrade PostgreSQL 17 → 18 in postgres-erp on droplet');
    expect(stderr).toContain('--upgrade-major');
    expect(await image()).toBe(pins.postgres);
  });

  test('leaves the old database unchanged if the copy fails', async () => {
    use(broken);
    const { exit, stderr } = await upgrade('--upgrade-major');
    use(newer);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0617' });
    expect(await image()).toBe(pins.postgres);
    expect(await there.ask('select count(*) from erp.people')).toBe('2');
    expect(await names()).not.toContain('data.upgrade');
  });

  test('copies roles and rows, compares them, switches, and keeps the old folder', async () => {
    const { exit, stderr, stdout } = await upgrade('--upgrade-major');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.any(String) });
    expect(stdout).toContain('the copy equals the database');
    expect(await image()).toBe(newer);
    const people = 'select string_agg(full_name, $$,$$ order by full_name) from erp.people';
    expect(await there.ask(people)).toBe('Ada,Grace');
    const last = 'select change from erp_deploy.rollout_changes order by changed_at desc limit 1';
    expect(await there.ask(last)).toBe('upgrade PostgreSQL from 17 to 18');
    expect((await names()).filter((name) => name.startsWith('data'))).toEqual([
      'data',
      expect.stringMatching(/^data\.before-\d{8}T\d{6}Z$/),
    ]);
    expect(await there.rollOut(workspace, ['--until', '3.5'])).toMatchObject({ exit: 0 });
    expect(await image()).toBe(newer);
  });

  test('that was interrupted while switching blocks run, and is completed by upgrade', async () => {
    const { machine } = there.server;
    const kept = (await names()).find((name) => name.startsWith('data.before')) ?? '';
    await machine.docker('rm', '--force', 'postgres-erp');
    const interrupted = `cd ${folder} && mv data data.upgrade && echo ${kept} >data.switch`;
    expect(await machine.exec(['sh', '-c', interrupted])).toMatchObject({ exit: 0 });
    const refused = await there.rollOut(workspace, ['--until', '3.5']);
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 3,
      code: 'ERP-0618',
    });
    expect(await upgrade('--upgrade-major')).toMatchObject({ exit: 0 });
    expect(await there.ask('select count(*) from erp.people')).toBe('2');
    expect(await names()).not.toContain('data.switch');
  });
});
