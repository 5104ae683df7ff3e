import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { faultsIn } from '../../src/containers/container-log.ts';
import { sortErrors } from '../../src/containers/log-noise.ts';
import { sampleOf } from '../run/sample.ts';
import { treeOf } from '../support/disk/tree.ts';
import {
  askDatabase,
  containersIn,
  dockerMachine,
  erpDeployIn,
  programWords,
  rollOutIn,
} from '../support/production/on-docker.ts';
import { eventsIn } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

const versions = sampleOf('versions of Compose', ['v2', 'v1'] as const, { usual: 2 });

describe.each(versions)('a rollout on Docker, with Compose %s', (compose) => {
  let machine: Machine;
  let workspace: string;
  beforeAll(async () => {
    machine = await dockerMachine({ compose });
    workspace = sharedWorkspace();
  });
  afterAll(() => machine.remove());

  test('turns an empty folder into a verified schema and a working API', async () => {
    const { exit, stdout, stderr } = await rollOutIn(machine, workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain(
      '38 tables (14 erp, 24 agent), 34 foreign keys (3 cross-schema), 28 triggers, variance_pct',
    );
    expect(stdout).toMatch(
      /^local-test +2\.5 +PostgREST +done +postgrest-erp healthy, both endpoints answer$/m,
    );
  });

  test('has both containers healthy, within the limits that the checklist sets', async () => {
    const format = '{{.Name}} {{.State.Health.Status}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}';
    // Docker checks at intervals, and the rollout does not wait for its result.
    await vi.waitFor(
      async () => {
        const shown = await machine.docker('inspect', '--format', format, 'postgres-erp', 'postgrest-erp');
        expect(shown.trim().split('\n')).toEqual([
          '/postgres-erp healthy 314572800 500000000',
          '/postgrest-erp healthy 104857600 250000000',
        ]);
      },
      { timeout: 60_000, interval: 250 },
    );
  });

  test('has hardened containers, checksums of its pages, and a log of slow statements without values', async () => {
    const format = '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}}';
    const shown = await machine.docker('inspect', '--format', format, 'postgres-erp', 'postgrest-erp');
    expect(shown.trim().split('\n')).toEqual(Array(2).fill('true [no-new-privileges:true]'));
    expect(await askDatabase(machine, 'show data_checksums')).toBe('on');
    expect(await askDatabase(machine, 'show log_parameter_max_length')).toBe('0');
    await askDatabase(machine, 'select pg_sleep(1.1)');
    const { stdout } = await erpDeployIn(machine, workspace, ['logs']);
    expect(stdout).toMatch(/duration: \d+\.\d+ ms {2}statement: select pg_sleep\(1\.1\)/);
  });

  test('publishes both ports only on 127.0.0.1', async () => {
    const ports = await machine.docker('ps', '--format', '{{.Ports}}');
    expect(ports.trim().split('\n').sort()).toEqual(['127.0.0.1:3000->3000/tcp', '127.0.0.1:5432->5432/tcp']);
  });

  test('has a log, of which the command logs prints the requested number of lines', async () => {
    const log = await erpDeployIn(machine, workspace, ['logs', '--engine', 'docker']);
    expect(log).toMatchObject({ exit: 0, stderr: '' });
    expect(log.stdout).toContain('database system is ready to accept connections');
    const { stdout } = await erpDeployIn(machine, workspace, ['logs', 'api', '--tail', '1']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const { exit, stderr } = await erpDeployIn(machine, workspace, ['logs', 'traefik']);
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0138' });
  });

  test('can be queried with the psql of the container if the machine has none, as a read-only role', async () => {
    const psql = (...words: readonly string[]) => erpDeployIn(machine, workspace, ['psql', ...words]);
    const { exit, stdout, stderr } = await psql('select current_user, count(*) from agent.sessions');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^ erp_readonly \| +0$/m);
    expect((await psql('create table erp.mine ()')).stderr).toContain('permission denied for schema erp');
    const service = await psql('select current_user', '--role', 'erp_service', '--force');
    expect(service.stdout).toMatch(/^ erp_service$/m);
  });

  test('changes no file, no row and no container when it is repeated', async () => {
    const before = await everythingOf(machine, workspace);
    const { exit, stdout } = await rollOutIn(machine, workspace);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 0 done, \d+ unchanged, /m);
    expect(await everythingOf(machine, workspace)).toEqual(before);
  });

  test('runs each query of Docker only once when it is repeated', async () => {
    const folder = sharedWorkspace();
    const log = `${folder}/asked`;
    const program = (
      await machine.run(['sh', '-c', `command -v ${compose === 'v1' ? 'docker-compose' : 'docker'}`])
    ).trim();
    const noted = `#!/bin/sh\necho "$*" >> ${log}\nexec ${program} "$@"\n`;
    const wrapper = join(folder, basename(program));
    writeFileSync(wrapper, noted, { mode: 0o755 });
    const run = programWords(['run', '--non-interactive', '--engine', 'docker']).join(' ');
    await machine.run(['sh', '-c', `PATH=${folder}:$PATH ${run}`], { cwd: workspace });
    const asked = textOf(folder, 'asked').trim().split('\n');
    // The log grows meanwhile, so it is read again each time.
    const lasting = asked.filter((words) => !words.startsWith('container logs'));
    expect(lasting).toEqual([...new Set(lasting)]);
  });

  test('is confirmed by status and validate, which use the engine of the rollout', async () => {
    const status = await erpDeployIn(machine, workspace, ['status']);
    expect(status.stdout).toMatch(/^local-test +2\.5 +PostgREST +done /m);
    expect(status.exit).toBe(0);
    const validate = await erpDeployIn(machine, workspace, ['validate']);
    expect(validate.stdout).toContain('no target was given; validating the database in the local container');
    expect(validate.exit).toBe(0);
  });

  test('causes no error in the log that could be mistaken for the error of another client', async () => {
    const own = await erpDeployIn(machine, workspace, ['psql', 'select * from nowhere']);
    expect(own.stderr).toContain('relation "nowhere" does not exist');
    const psql = ['docker', 'exec', 'postgres-erp', 'psql', '-U', 'erp_admin', '-d', 'portfolio'];
    await machine.exec([...psql, '-c', 'select * from nowhere']);
    // psql gets its answer before the line is in Docker's log.
    const stdout = await vi.waitFor(async () => {
      const log = await machine.exec(['sh', '-c', 'docker logs --timestamps postgres-erp 2>&1']);
      expect(log.stdout).toMatch(/psql\] ERROR: {2}relation "nowhere"/);
      return log.stdout;
    }, 10_000);
    const errors = faultsIn(stdout.split('\n'));
    const { faults, ownErrors, refusedRequests } = sortErrors(
      errors,
      await askDatabase(machine, 'show log_line_prefix'),
    );
    expect(faults).toEqual([expect.stringContaining('[erp_admin psql] ERROR:  relation "nowhere"')]);
    expect(ownErrors).toBeGreaterThan(0);
    expect(refusedRequests).toBeGreaterThan(0);
    expect(ownErrors + refusedRequests).toBe(errors.length - 1);
    expect(stdout).not.toMatch(/violates|invalid input|expected 1536 dimensions/);
    const rollout = await rollOutIn(machine, workspace, ['--json', '--only', '2.3', '--verbose']);
    const [, search = ''] = /(docker logs postgres-erp 2>&1 .*schema')/.exec(rollout.stdout) ?? [];
    expect((await machine.run(['sh', '-c', search])).trim().split('\n')).toEqual([
      expect.stringContaining('relation "nowhere"'),
    ]);
  });

  test('checks off the items about containers by evidence from the running containers', async () => {
    const { stdout } = await erpDeployIn(machine, workspace, ['run', '--json', '--only', '2.1', '2.5']);
    const boxes = eventsIn(stdout).flatMap((event) => (event.type === 'evidence' ? [event] : []));
    const ticked = boxes.filter(({ target }) => target === 'docker').map(({ item: box }) => box);
    expect(ticked).toEqual(
      expect.arrayContaining([
        '0.2#2',
        '0.2#3',
        '2.1#1',
        '2.1#2',
        '2.1#3',
        '2.5#1',
        '2.5#2',
        '2.5#3',
        '2.5#4',
      ]),
    );
  });

  test('applies a compose file that the user changed, and keeps the data', async () => {
    await askDatabase(machine, "insert into erp.people (full_name) values ('Ada')");
    const file = `${stack}/docker-compose.yml`;
    put(workspace, file, textOf(workspace, file).replaceAll('max-size: 10m', 'max-size: 20m'));
    const shown = await erpDeployIn(machine, workspace, ['plan', '--skip', '0.2']);
    const program = compose === 'v1' ? 'docker-compose' : 'docker compose';
    expect(shown.stdout).toMatch(new RegExp(`${program} .* up --detach postgres-erp`));
    if (compose === 'v1') expect(shown.stdout).toMatch(/run docker-compose .* stop postgres-erp/);
    const { exit, stderr } = await rollOutIn(machine, workspace, ['--skip', '0.2']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const size = await machine.docker(
      'inspect',
      '--format',
      '{{index .HostConfig.LogConfig.Config "max-size"}}',
      'postgres-erp',
    );
    expect(size.trim()).toBe('20m');
    expect(await askDatabase(machine, 'select full_name from erp.people')).toBe('Ada');
  });

  test('recognizes a data folder that was created with another password', async () => {
    const env = `${stack}/.env`;
    const before = textOf(workspace, env);
    put(workspace, env, before.replace(/^POSTGRES_PASSWORD=.*/m, `POSTGRES_PASSWORD=${'x'.repeat(43)}`));
    const containers = await containersIn(machine);
    const { exit, stderr } = await rollOutIn(machine, workspace, ['--skip', '0.2']);
    expect(exit).toBe(4);
    expect(problemIn(stderr).code).toBe('ERP-0625');
    expect(await containersIn(machine), 'before anything else is tried').toEqual(containers);
    put(workspace, env, before);
    expect(await rollOutIn(machine, workspace, ['--skip', '0.2'])).toMatchObject({ exit: 0, stderr: '' });
    expect(await askDatabase(machine, 'select full_name from erp.people')).toBe('Ada');
  });
});

/**
 * Returns everything that a second run must not change. For the folder of PostgreSQL, this is the content of a dump.
 */
async function everythingOf(machine: Machine, workspace: string) {
  const dump = await machine.docker('exec', 'postgres-erp', 'pg_dump', '-U', 'erp_admin', 'portfolio');
  return {
    files: treeOf(workspace).filter((line) => !/^(\.erp-deploy|\S+\/data\/)/.test(line)),
    containers: await containersIn(machine),
    // Each dump of pg_dump has a random key, and a rolled back insert has used a sequence number.
    dump: dump.replaceAll(/^(\\(un)?restrict|SELECT pg_catalog\.setval).*$/gm, ''),
  };
}
