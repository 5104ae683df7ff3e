import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import {
  dockerMachine,
  erpDeployIn,
  machineOfTest,
  programWords,
  rollOutIn,
} from '../support/production/on-docker.ts';
import { unprivilegedId } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, handOver } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

/** Returns the output of doctor and the problem of a rollout, which must change nothing. */
async function expectRefused(machine: Machine, code: string, line: RegExp): Promise<void> {
  const workspace = emptyWorkspace();
  const doctor = await erpDeployIn(machine, workspace, ['doctor', '--engine', 'docker']);
  expect(doctor.stdout).toMatch(line);
  expect(doctor.exit).toBe(3);
  const { exit, stderr } = await rollOutIn(machine, workspace);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code });
  expect(treeOf(workspace).filter((path) => !path.startsWith('.erp-deploy'))).toEqual([]);
}

describe('doctor and a refused rollout', () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await dockerMachine({ compose: 'both' });
  });
  afterAll(() => machine.remove());
  beforeEach(async () => {
    const ids = (await machine.docker('ps', '--all', '--quiet')).split('\n').filter((id) => id !== '');
    if (ids.length > 0) await machine.docker('rm', '--force', ...ids);
  });

  test('report a port that a program uses, and name the program', async () => {
    const listen = `require('node:net').createServer().listen(5432, '127.0.0.1')`;
    const { running, signal } = machine.start([process.execPath, '-e', listen]);
    const sockets = () => machine.run(['ss', '-Hltn', 'sport = :5432']);
    await vi.waitFor(async () => expect(await sockets()).toContain('127.0.0.1:5432'), { timeout: 30_000 });
    try {
      await expectRefused(
        machine,
        'ERP-0606',
        /^missing +postgres-erp +Port 5432 of this machine is in use by \w+ \(process \d+\)/m,
      );
    } finally {
      signal('SIGTERM');
      await running;
    }
  });

  test('report a port that another container publishes', async () => {
    await machine.docker(
      'run',
      '--detach',
      '--name',
      'other',
      '--publish',
      '127.0.0.1:3000:3000',
      postgres,
      'sleep',
      '600',
    );
    await expectRefused(
      machine,
      'ERP-0606',
      /^missing +postgrest-erp +Port 3000 of this machine is in use by the container other/m,
    );
  });

  test('report a foreign container with the same name', async () => {
    await machine.docker('create', '--name', 'postgres-erp', postgres, 'sleep', '600');
    await expectRefused(
      machine,
      'ERP-0608',
      /^missing +postgres-erp +A container named postgres-erp exists on .* does not belong to this deployment/m,
    );
    expect(await machine.docker('ps', '--all', '--format', '{{.Names}}')).toBe('postgres-erp');
  });

  test('report a network with the same name and another driver', async () => {
    await machine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
    await machine.docker('network', 'create', '--driver', 'overlay', 'portfolio-network');
    try {
      await expectRefused(
        machine,
        'ERP-0607',
        /^missing +network +The network portfolio-network .* has the driver overlay, only for services of a swarm/m,
      );
    } finally {
      await machine.docker('swarm', 'leave', '--force');
    }
  });

  test('report an engine that this user may not use', async () => {
    const workspace = emptyWorkspace();
    handOver(workspace);
    const asUnprivileged = [
      'setpriv',
      `--reuid=${unprivilegedId}`,
      `--regid=${unprivilegedId}`,
      '--clear-groups',
      '--',
    ];
    const how = { cwd: workspace, env: { HOME: workspace } };
    const doctor = await machine.exec(
      [...asUnprivileged, ...programWords(['doctor', '--engine', 'docker'])],
      how,
    );
    expect(doctor.stdout).toMatch(
      /^missing +Docker +This user may not use the Docker engine on this machine/m,
    );
    const auto = await machine.exec([...asUnprivileged, ...programWords(['plan'])], how);
    expect(auto.stdout).toContain('engine embedded: This user may not use the Docker engine on this machine');
  });

  test('find both versions of Compose, and prefer the newer', async () => {
    const { stdout, exit } = await erpDeployIn(machine, emptyWorkspace(), ['doctor', '--engine', 'docker']);
    expect(stdout).toMatch(/^ok +Docker +engine \S+, Compose v2 \(2\.\S+\)$/m);
    expect(exit).toBe(0);
  });
});

const postgres = 'pgvector/pgvector:0.8.6-pg17-bookworm';

describe('a machine that lacks a part', () => {
  test('without Compose is refused, and the problem explains how to install it', async () => {
    await expectRefused(
      await machineOfTest({ compose: 'none' }),
      'ERP-0604',
      /^missing +Docker +Docker Compose is not installed/m,
    );
  });

  test('whose engine does not run is refused; "auto" uses the embedded engine and gives the reason', async () => {
    const machine = await machineOfTest();
    await machine.stopEngine();
    await expectRefused(machine, 'ERP-0602', /^missing +Docker +No Docker engine answers on this machine/m);
    const alone = await rollOutIn(machine, emptyWorkspace(), ['--only', '2.2']);
    expect(problemIn(alone.stderr).code, 'nor is it taken for one without the container').toBe('ERP-0602');
    const { stdout, exit } = await erpDeployIn(machine, emptyWorkspace(), ['plan']);
    expect(stdout).toContain('engine embedded: No Docker engine answers on this machine');
    expect(exit).toBe(0);
  });

  test('that has an engine is used by "auto", with the reason', async () => {
    const { stdout, exit } = await erpDeployIn(await machineOfTest(), emptyWorkspace(), ['plan']);
    expect(stdout).toMatch(/^engine docker: Docker \S+ answers, with Compose 2\.\S+$/m);
    expect(exit).toBe(0);
  });

  test('without an image and without a registry is refused with the name of the image and the message of docker', async () => {
    const machine = await machineOfTest();
    await machine.docker('image', 'rm', postgres);
    const workspace = emptyWorkspace();
    const doctor = await erpDeployIn(machine, workspace, ['doctor', '--engine', 'docker']);
    expect(doctor.stdout).toMatch(/^missing +images +cannot be pulled: pgvector\/pgvector:\S+$/m);
    expect(doctor.exit).toBe(3);
    const { exit, stderr } = await rollOutIn(machine, workspace);
    const problem = problemIn(stderr);
    expect({ exit, code: problem.code, what: problem.what }).toEqual({
      exit: 3,
      code: 'ERP-0609',
      what: `The image ${postgres} is not on this machine, and cannot be pulled.`,
    });
  });
});
