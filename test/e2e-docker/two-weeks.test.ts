import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { askDatabase, containersIn, dockerMachine, erpDeployIn } from '../support/production/on-docker.ts';
import { managedServer } from '../support/production/on-server.ts';
import { operator } from '../support/production/operator.ts';
import {
  addColumn,
  addPerson,
  configuration,
  type Deployment,
  dumpsIn,
  expectTrue,
  isDump,
  securityFix,
} from '../support/production/two-weeks.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  forgetLocalTest,
  migrations,
  put,
  sharedWorkspace,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const services = '/home/david/services';
/** Fails only on rows, so not in the local test of an empty database. */
const failing = 'alter table erp.people alter column notes set not null;\n';
const onHost = ['--production-host', 'droplet'];

/** A deployment on the engine of a machine in which the program runs. */
async function onDocker(): Promise<Deployment> {
  const machine = await dockerMachine();
  const workspace = sharedWorkspace();
  const run = (words: readonly string[]) => erpDeployIn(machine, workspace, words);
  return {
    machine,
    workspace,
    folder: join(workspace, stack),
    dumps: () => dumpsIn(machine, join(workspace, '.erp-deploy/dumps/postgres-erp')),
    record: 'LOCAL_TEST_RECORD.md',
    run,
    rollOut: (...flags) => run(['run', '--non-interactive', '--engine', 'docker', ...flags]),
    ask: (sql) => askDatabase(machine, sql),
  };
}

/** A deployment on a production host over SSH; the program runs on this machine. */
async function overSsh(): Promise<Deployment> {
  const there = await operator({ name: 'two-weeks', fresh: true });
  return deploymentOf(there, sharedWorkspace());
}

function deploymentOf(there: Awaited<ReturnType<typeof operator>>, workspace: string): Deployment {
  const program = (words: readonly string[]) => erpDeploy(workspace, words, { env: there.env });
  const rollOut = ['run', '--non-interactive', '--engine', 'embedded', ...onHost];
  return {
    machine: there.server.machine,
    workspace,
    folder: `${services}/postgres-erp`,
    dumps: () => dumpsIn(there.server.machine, `${services}/postgres-erp/.erp-deploy/dumps`),
    record: 'DEPLOYMENT_RECORD.md',
    run: (words) => program([...words, ...onHost]),
    rollOut: (...flags) => program([...rollOut, ...flags]),
    ask: there.ask,
  };
}

/** A deployment to a server that others run, by its URL. */
async function byUrl(): Promise<Deployment> {
  const there = await managedServer();
  const workspace = sharedWorkspace();
  const folder = join(workspace, '.erp-deploy/dumps', `127.0.0.1_${there.port}_portfolio`);
  return {
    machine: there.machine,
    workspace,
    folder: join(workspace, stack),
    dumps: async () => readdirSync(folder).filter(isDump).toSorted(),
    record: 'DEPLOYMENT_RECORD.md',
    run: (words) => there.run(workspace, words),
    rollOut: (...flags) => there.rollOut(workspace, flags),
    ask: there.ask,
  };
}

const good = { exit: 0, stderr: '' };
const lives = [
  { where: 'on Docker', begin: onDocker, isOnHost: false, hasContainers: true },
  { where: 'over SSH', begin: overSsh, isOnHost: true, hasContainers: true },
  // Without containers, only some of the tests apply.
  { where: 'at a database URL', begin: byUrl, isOnHost: false, hasContainers: false },
] as const;

describe.each(lives)('two weeks $where', ({ begin, isOnHost, hasContainers }) => {
  let life: Deployment;
  let people: string[] = [];
  beforeAll(async () => {
    life = await begin();
    return isOnHost ? undefined : () => life.machine.remove();
  });
  const remotely = (...flags: readonly string[]) => (isOnHost ? flags : []);
  const add = async (name: string) => {
    await addPerson(life, name);
    people = [...people, name].toSorted();
  };
  const settings: string[] = [];
  const configure = (setting: string) => {
    settings.push(setting);
    put(life.workspace, configuration, `containers: { database: { ${settings.join(', ')} } }\n`);
  };

  test('begin with a rollout, after which rows are inserted', async () => {
    expect(await life.rollOut(...remotely('--create-env'))).toMatchObject(good);
    await add('Ada');
    await expectTrue(life, people);
  });

  test('continue with migration 100 of tables with rows', async () => {
    addColumn(life, 100, 'nick');
    expect(await life.rollOut('--allow-populated')).toMatchObject(good);
    await add('Bob');
    await expectTrue(life, people);
  });

  test.runIf(hasContainers)('include a security fix of the image, and then a change of a port', async () => {
    configure(`image: "${await securityFix(life.machine)}"`);
    expect(await life.rollOut(...remotely('--restart-database'))).toMatchObject(good);
    await expectTrue(life, people);
    configure('port: 5433');
    expect(await life.rollOut(...remotely('--restart-database'))).toMatchObject(good);
    expect(await life.machine.docker('ps', '--format', '{{.Ports}}')).toContain('127.0.0.1:5433->5432');
    await expectTrue(life, people);
  });

  test('include manual changes of a file and of the database, which are reported as drift', async () => {
    const edit = ['sed', '-i', 's/max-size: 10m/max-size: 20m/', `${life.folder}/docker-compose.yml`];
    if (hasContainers) await life.machine.run(edit);
    await life.ask('drop index erp.projects_owner_person_id_idx');
    expect((await life.run(['status'])).exit).toBe(5);
    const repair = await life.run(['validate', '--repair-sql']);
    expect(repair.exit).toBe(5);
    await life.ask(repair.stdout.replaceAll(/^--.*$/gm, ''));
    if (isOnHost) expect((await life.rollOut('--restart-database')).exit).toBe(2);
    const flags = remotely('--overwrite', 'docker-compose.yml', '--restart-database');
    expect(await life.rollOut(...flags)).toMatchObject(good);
    await expectTrue(life, people);
  });

  test('include a failed migration, which changes nothing', async () => {
    const file = `${migrations}/101_bad.sql`;
    put(life.workspace, file, `alter table erp.people add column x int;\n${failing}`);
    const { exit, stderr } = await life.rollOut('--allow-populated');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0510' });
    rmSync(join(life.workspace, file));
    if (isOnHost || !hasContainers) forgetLocalTest(life.workspace);
    expect(await life.rollOut()).toMatchObject(good);
    await expectTrue(life, people);
  });

  test('include a rollback of a migration with approved loss of rows, which a restore of the dump brings back', async () => {
    addColumn(life, 101, 'colour');
    expect(await life.rollOut('--allow-populated')).toMatchObject(good);
    await add('Eve');
    const refused = await life.run(['rollback', '--non-interactive']);
    expect(refused.exit, refused.stderr).toBe(2);
    expect(refused.stderr).toContain('erp.people');
    expect(await life.run(['rollback', '--non-interactive', '--force'])).toMatchObject(good);
    expect(await life.ask("select to_regclass('erp.people') is null")).toBe('f');
    const names = await life.dumps();
    expect(await life.run(['restore', names.at(-1) ?? '', '--force'])).toMatchObject(good);
    expect(await life.rollOut('--allow-populated')).toMatchObject(good);
    await expectTrue(life, people);
  });

  test.runIf(hasContainers)('include a rotation of the token key and of the login of PostgREST', async () => {
    for (const words of [['jwt'], ['jwt', '--finish'], ['postgrest']]) {
      expect((await life.run(['credentials', ...words, '--force'])).exit).toBe(0);
    }
    await expectTrue(life, people);
  });

  test.runIf(hasContainers)('include a reboot, after which everything works', async () => {
    await life.machine.reboot();
    expect(await life.rollOut()).toMatchObject(good);
    await expectTrue(life, people);
  });

  test.runIf(isOnHost)('include a second operator, whose rollout from a clone changes nothing', async () => {
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words]);
    git('-C', life.workspace, 'init', '--quiet');
    git('-C', life.workspace, 'add', '--all');
    git('-C', life.workspace, 'commit', '--quiet', '--message', 'Two weeks');
    const clone = join(sharedWorkspace(), 'clone');
    git('clone', '--quiet', life.workspace, clone);
    const other = deploymentOf(await operator({ name: 'two-weeks' }), clone);
    const before = await containersIn(life.machine);
    expect(await other.rollOut()).toMatchObject(good);
    expect(await containersIn(life.machine)).toEqual(before);
    const { stdout } = await other.run(['history']);
    expect(stdout).toContain('101_colour.sql');
    await expectTrue(other, people);
  });

  test.runIf(isOnHost)(
    'include a nearly full disk, which is reported, and operations that need space are refused',
    async () => {
      const { machine, folder } = life;
      await machine.run(['sh', '-c', onSmallDisk]);
      expect(await life.rollOut()).toMatchObject(good);
      await machine.run(['fallocate', '-l', '600M', `${services}/filling`]);
      const status = await life.run(['status', '--production-only']);
      expect(status.exit).toBe(3);
      expect(status.stdout + status.stderr).toMatch(/is low: \d+ MB free/);
      const all = `df --output=avail --block-size=1 ${services} | tail -n 1`;
      await machine.run(['sh', '-c', `fallocate -l $(($(${all}) - 4000000)) ${services}/more`]);
      const left = await life.dumps();
      addColumn(life, 102, 'motto');
      expect((await life.rollOut('--allow-populated')).exit).not.toBe(0);
      expect(await life.dumps()).toEqual(left);
      await machine.run(['rm', `${services}/filling`, `${services}/more`]);
      expect(await life.rollOut('--allow-populated')).toMatchObject(good);
      await machine.run(['test', '-d', folder]);
      expect(textOf(life.workspace, `${stack}/${life.record}`)).toContain('102_motto.sql');
      expect(await life.ask('select count(*) from erp.people')).toBe(`${people.length}`);
    },
  );
});

/** Moves the deployments of a host to a disk of 1.2 GB, and starts its containers again. */
const onSmallDisk = `set -e
cd ${services} && docker stop postgrest-erp postgres-erp
mkdir /root/moved && cp -a . /root/moved && cd /
mount -t tmpfs -o size=1200m tmpfs ${services}
cp -a /root/moved/. ${services} && chown david:david ${services}
docker start postgres-erp postgrest-erp`;
