import { expect, test } from 'vitest';
import { eventSchema } from '../../src/domain/events.ts';
import { sampleOf } from '../run/sample.ts';
import {
  askDatabase,
  erpDeployIn,
  machineOfTest,
  programWords,
  rollOutIn,
} from '../support/production/on-docker.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, put, stack, textOf } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

const composeFile = `${stack}/docker-compose.yml`;

/** Returns a prepared workspace whose compose file the user has changed. */
async function prepared(machine: Machine, change: (text: string) => string): Promise<string> {
  const workspace = emptyWorkspace();
  expect(await rollOutIn(machine, workspace, ['--phase', 'prepare'])).toMatchObject({ exit: 0 });
  put(workspace, composeFile, change(textOf(workspace, composeFile)));
  return workspace;
}

const withoutComposeStep = ['--phase', 'local-test'];

const cases: readonly (readonly [behaviour: string, shows: () => Promise<void>])[] = [
  [
    'a container that fails and never becomes healthy is reported with what its health check says',
    async () => {
      const machine = await machineOfTest();
      const workspace = await prepared(machine, (text) =>
        text
          .replace(/test: \["CMD", "pg_isready".*/, 'test: ["CMD", "sh", "-c", "echo not today; exit 1"]')
          .replaceAll('retries: 12', 'retries: 1')
          .replaceAll(/start_period: \d+s/g, 'start_period: 0s'),
      );
      const { exit, stderr } = await rollOutIn(machine, workspace, withoutComposeStep);
      expect({ exit, ...problemIn(stderr) }).toMatchObject({ exit: 4, code: 'ERP-0622' });
      expect(stderr).toContain('not today');
    },
  ],
  [
    'a container that fails for want of memory is reported as such',
    async () => {
      const machine = await machineOfTest();
      // Enough for runc, which needs about 10 MB: with less memory, already the start of the container fails.
      const workspace = await prepared(machine, (text) => text.replace('mem_limit: 300m', 'mem_limit: 20m'));
      const { exit, stderr } = await rollOutIn(machine, workspace, withoutComposeStep);
      expect({ exit, ...problemIn(stderr) }, stderr).toMatchObject({ exit: 4, code: 'ERP-0623' });
    },
  ],
  [
    'a container that fails over a setting that PostgreSQL refuses shows the reason in its log',
    async () => {
      const machine = await machineOfTest();
      const workspace = await prepared(machine, (text) =>
        text.replace('shared_buffers=64MB', 'shared_buffers=lots'),
      );
      const { exit, stderr } = await rollOutIn(machine, workspace, withoutComposeStep);
      expect({ exit, ...problemIn(stderr) }).toMatchObject({ exit: 4, code: 'ERP-0621' });
      expect(stderr).toContain('invalid value for parameter "shared_buffers"');
    },
  ],
  [
    'a container that fails over a full disk shows the reason, and goes on once there is room',
    async () => {
      const machine = await machineOfTest();
      const workspace = await prepared(machine, (text) => text);
      await machine.run(['mount', '-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', `${workspace}/${stack}/data`]);
      const { exit, stderr } = await rollOutIn(machine, workspace, withoutComposeStep);
      expect(exit).toBe(4);
      expect(stderr).toContain('No space left on device');
      await machine.docker('rm', '--force', 'postgres-erp');
      await machine.run(['umount', `${workspace}/${stack}/data`]);
      expect(await rollOutIn(machine, workspace, withoutComposeStep)).toMatchObject({ exit: 0, stderr: '' });
    },
  ],
  [
    'a container with other limits than the compose file gives it is reported',
    async () => {
      const machine = await machineOfTest();
      const workspace = emptyWorkspace();
      expect(await rollOutIn(machine, workspace, ['--until', '2.1'])).toMatchObject({ exit: 0 });
      await machine.docker('update', '--cpus', '1', 'postgres-erp');
      const { exit, stderr } = await rollOutIn(machine, workspace);
      expect({ exit, ...problemIn(stderr) }).toMatchObject({ exit: 4, code: 'ERP-0624' });
    },
  ],
  [
    'an engine that is restarted between two steps costs nothing: the rollout goes on, or says where it stopped and goes on when started again',
    async () => {
      const machine = await machineOfTest();
      const workspace = emptyWorkspace();
      const { running } = machine.start(programWords(['run', '--json', '--engine', 'docker']), {
        cwd: workspace,
      });
      for await (const line of running.iterable()) {
        const event = eventSchema.parse(JSON.parse(line));
        if (event.type !== 'step.finished' || event.step !== '2.2') continue;
        await machine.stopEngine();
        await machine.startEngine();
      }
      const { exitCode } = await running;
      expect([0, 3, 4]).toContain(exitCode);
      expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
      expect(await askDatabase(machine, 'select count(*) from erp_deploy.migrations')).toBe('2');
      expect(await erpDeployIn(machine, workspace, ['status'])).toMatchObject({ exit: 0 });
    },
  ],
];

test.each(sampleOf('faults of containers and their engine', cases, { usual: 6 }))('%s', (_behaviour, shows) =>
  shows(),
);
