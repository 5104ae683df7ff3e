import { beforeAll, describe, expect, test } from 'vitest';
import { askDatabase, dockerMachine, erpDeployIn, rollOutIn } from '../support/production/on-docker.ts';
import { problemIn } from '../support/program/problems.ts';
import { put, sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

const compose = `${stack}/docker-compose.yml`;
const configuration = 'erp-deploy.config.yaml';

describe('the containers of a workspace', () => {
  let machine: Machine;
  let workspace: string;
  beforeAll(async () => {
    machine = await dockerMachine();
    workspace = sharedWorkspace();
    return () => machine.remove();
  });

  const upTo25 = (...flags: readonly string[]) => rollOutIn(machine, workspace, ['--until', '2.5', ...flags]);
  const published = async () =>
    (await machine.docker('ps', '--format', '{{.Names}} {{.Ports}}')).trim().split('\n').sort();

  const hardening = async () => {
    const format =
      '{{.Name}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}} {{.Config.StopTimeout}}';
    const shown = await machine.docker('inspect', '--format', format, 'api-erp', 'postgres-erp');
    return shown.trim().split('\n');
  };

  test('have the names, ports and limits of the configuration from the start', async () => {
    put(
      workspace,
      configuration,
      'containers:\n  hardened: false\n  database: { name: db-erp, port: 5440, memory: 320m, settings: { work_mem: 5MB } }\n  api: { name: api-erp, port: 3040 }\n',
    );
    const { exit, stderr } = await upTo25();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(await published()).toEqual([
      'api-erp 127.0.0.1:3040->3000/tcp',
      'db-erp 127.0.0.1:5440->5432/tcp',
    ]);
    expect((await machine.docker('inspect', '--format', '{{.HostConfig.Memory}}', 'db-erp')).trim()).toBe(
      String(320 * 1024 ** 2),
    );
    expect(await askDatabase(machine, 'show work_mem', 'db-erp')).toBe('5MB');
    await askDatabase(machine, "insert into erp.people (full_name) values ('Ada')", 'db-erp');
  });

  test('keep changes of the operator to the compose file, without a flag, and keep the rows', async () => {
    const edited = textOf(workspace, compose)
      .replace('    shm_size: 64m\n', '    shm_size: 64m\n    cpu_shares: 512\n')
      .replace('max-size: 10m', 'max-size: 20m');
    put(workspace, compose, edited);
    const { exit, stdout, stderr } = await upTo25();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('with your changes: 2 lines added, 1 removed');
    expect(textOf(workspace, compose)).toBe(edited);
    expect((await machine.docker('inspect', '--format', '{{.HostConfig.CpuShares}}', 'db-erp')).trim()).toBe(
      '512',
    );
    expect(await askDatabase(machine, 'select full_name from erp.people', 'db-erp')).toBe('Ada');
  });

  test('get a port and names that are changed later; the changes of the operator stay', async () => {
    put(workspace, configuration, 'containers:\n  database: { name: postgres-erp, port: 5441 }\n');
    const refused = await upTo25();
    expect({ exit: refused.exit, code: problemIn(refused.stderr).code }).toEqual({
      exit: 2,
      code: 'ERP-0302',
    });
    expect(refused.stderr).toContain('your changes are kept, and merged');
    const { exit, stderr } = await upTo25('--overwrite', compose);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(await published()).toEqual([
      'api-erp 127.0.0.1:3040->3000/tcp',
      'postgres-erp 127.0.0.1:5441->5432/tcp',
    ]);
    expect(textOf(workspace, compose)).toContain('cpu_shares: 512');
    expect(await askDatabase(machine, 'select full_name from erp.people')).toBe('Ada');
    expect((await machine.docker('ps', '--all', '--quiet')).trim().split('\n')).toHaveLength(2);
  });

  test('are reachable after the operator changed a port by hand, and after the operator changed it back', async () => {
    const before = textOf(workspace, compose);
    put(workspace, configuration, '');
    put(workspace, compose, before.replace('127.0.0.1:5441:5432', '127.0.0.1:5433:5432'));
    const plan = await erpDeployIn(machine, workspace, ['plan', '--engine', 'docker', '--until', '2.5']);
    expect({ exit: plan.exit, stderr: plan.stderr }).toEqual({ exit: 0, stderr: '' });
    expect(await upTo25()).toMatchObject({ exit: 0, stderr: '' });
    expect(await published()).toContain('postgres-erp 127.0.0.1:5433->5432/tcp');
    put(workspace, compose, before);
    expect(await upTo25()).toMatchObject({ exit: 0, stderr: '' });
    expect(await published()).toContain('postgres-erp 127.0.0.1:5441->5432/tcp');
    expect((await erpDeployIn(machine, workspace, ['validate'])).exit).toBe(0);
  });

  test('are not hardened until the configuration asks for it; the plan offers it', async () => {
    const before = textOf(workspace, compose);
    const offered = await upTo25();
    expect(offered.stdout).toMatch(/"containers: \{hardened: true\}" in the configuration hardens them/);
    expect(await hardening()).toEqual(['/api-erp false [] <nil>', '/postgres-erp false [] <nil>']);
    put(workspace, configuration, 'containers: { hardened: true }\n');
    expect(await upTo25('--overwrite', compose)).toMatchObject({ exit: 0, stderr: '' });
    expect(await hardening()).toEqual([
      '/api-erp true [no-new-privileges:true] <nil>',
      '/postgres-erp true [no-new-privileges:true] 60',
    ]);
    expect(textOf(workspace, compose)).toContain('cpu_shares: 512');
    expect(await askDatabase(machine, 'show log_min_duration_statement')).toBe('1s');
    expect(await askDatabase(machine, 'select full_name from erp.people')).toBe('Ada');
    put(workspace, configuration, 'containers: { hardened: false }\n');
    expect(await upTo25('--overwrite', compose)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, compose).replaceAll(/ {6}- -c\n {6}- "?log_.*\n/g, '')).toBe(before);
  });

  test('are never published to the outside', async () => {
    const before = textOf(workspace, compose);
    put(workspace, compose, before.replace('127.0.0.1:5441:5432', '5441:5432'));
    const { exit, stderr } = await upTo25();
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0613' });
    put(workspace, compose, before);
  });
});
