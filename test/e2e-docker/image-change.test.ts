import { beforeAll, describe, expect, test } from 'vitest';
import { containersIn } from '../support/production/on-docker.ts';
import { type Operator, operator } from '../support/production/operator.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace, textOf } from '../support/workspace/workspace.ts';
import { pins } from '../testbed/images/pins.ts';

const folder = '/home/david/services/postgres-erp';
const security = 'registry.example.com/pgvector:security-fix';
const other = 'registry.example.com/pgvector:next-major';

/** Registers a version of pgvector in the container `made` that its image does not have, with the same objects. */
const newerVector = `set -e; cd "$(mktemp -d)"; folder=made:/usr/share/postgresql/17/extension
docker cp "$folder/vector.control" .; old=$(sed -n "s/^default_version = '\\(.*\\)'/\\1/p" vector.control)
sed -i "s/^default_version = .*/default_version = '0.99.0'/" vector.control
: >"vector--$old--0.99.0.sql"; docker cp vector.control "$folder/"; docker cp "vector--$old--0.99.0.sql" "$folder/"`;

describe("another image for production's database", () => {
  let there: Operator;
  let workspace: string;
  beforeAll(async () => {
    there = await operator({ name: 'image-change', fresh: true });
    workspace = sharedWorkspace();
    const { machine } = there.server;
    await machine.docker('create', '--name', 'made', pins.postgres);
    await machine.docker('commit', '--change', 'ENV PG_MAJOR=18', 'made', other);
    await machine.exec(['sh', '-c', newerVector]);
    await machine.docker('commit', '--change', 'LABEL fix=1', 'made', security);
    await machine.docker('rm', 'made');
    expect(await there.rollOut(workspace, ['--create-env', '--until', '3.5'])).toMatchObject({
      exit: 0,
      stderr: '',
    });
    await there.ask("insert into erp.people (full_name) values ('Ada')");
  });

  const image = (name: string) =>
    put(workspace, 'erp-deploy.config.yaml', `containers: { database: { image: "${name}" } }\n`);
  const rollOut = (...flags: readonly string[]) => there.rollOut(workspace, ['--until', '3.5', ...flags]);

  test('is refused before the container is touched if it has another major version', async () => {
    const before = await containersIn(there.server.machine);
    image(other);
    const { exit, stderr } = await rollOut('--restart-database');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0614' });
    expect(stderr).toContain('has PostgreSQL 17');
    expect(stderr).toContain('has PostgreSQL 18');
    expect(await containersIn(there.server.machine)).toEqual(before);
  });

  test('is refused as well if the container was removed, and only data/ is left', async () => {
    await there.server.machine.docker('rm', '--force', 'postgres-erp');
    const { exit, stderr } = await rollOut('--restart-database');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0614' });
    expect(await there.server.machine.docker('ps', '--all', '--format', '{{.Names}}')).not.toContain(
      'postgres-erp',
    );
    image(pins.postgres);
    expect(await rollOut()).toMatchObject({ exit: 0, stderr: '' });
    expect(await there.ask('select full_name from erp.people')).toBe('Ada');
  });

  test('is shown with both images, the time and the connections, and needs separate approval', async () => {
    image(security);
    const { exit, stderr } = await rollOut();
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0302' });
    expect(stderr).toContain('--restart-database');
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /restart production's database on droplet, image pgvector\/\S+ \(id [0-9a-f]{12}.*\) → registry\.example\.com\/pgvector:security-fix \(id [0-9a-f]{12}.*\), about 10 s, connections now: \d+/,
    );
  });

  test('keeps the rows, which were dumped before', async () => {
    const { exit, stderr } = await rollOut('--restart-database');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const { machine } = there.server;
    expect((await machine.docker('inspect', '--format', '{{.Config.Image}}', 'postgres-erp')).trim()).toBe(
      security,
    );
    expect(await there.ask('select full_name from erp.people')).toBe('Ada');
    expect((await machine.exec(['sh', '-c', `ls ${folder}/.erp-deploy/dumps/*.dump`])).stdout).toMatch(
      /\.dump/,
    );
    const id = (await machine.docker('image', 'inspect', '--format', '{{.Id}}', security)).trim();
    expect(textOf(workspace, '.erp-deploy/journal.jsonl')).toContain(`"imageId":"${id}"`);
  });

  test('with a newer pgvector adds an update of the extension to the plan', async () => {
    const plan = await there.run(workspace, ['plan', '--production-host', 'droplet']);
    expect(plan.stdout).toMatch(
      /update the extension vector of the production database from 0\.8\.\d to 0\.99\.0/,
    );
    expect(await rollOut()).toMatchObject({ exit: 0, stderr: '' });
    expect(await there.ask("select extversion from pg_extension where extname = 'vector'")).toBe('0.99.0');
    expect(
      await there.ask('select operator from erp_deploy.rollout_changes where change ~ $$extension$$'),
    ).toContain('@');
  });

  test('that sorts text differently is reported, and the plan rebuilds the affected indexes', async () => {
    await there.ask("update pg_database set datcollversion = '2.1' where datname = 'portfolio'");
    const plan = await there.run(workspace, ['plan', '--verbose', '--production-host', 'droplet']);
    expect(plan.stdout).toMatch(/rebuild \d+ text indexes of the production database/);
    expect(plan.stdout).toContain('reindex index erp.');
    const { exit, stderr } = await rollOut();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const left = `select count(*) from pg_database where datname = 'portfolio'
      and datcollversion <> pg_database_collation_actual_version(oid)`;
    expect(await there.ask(left)).toBe('0');
  });
});
