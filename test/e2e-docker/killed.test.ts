import { expect, test, vi } from 'vitest';
import { eventSchema } from '../../src/domain/events.ts';
import { sampleOf } from '../run/sample.ts';
import { journalOf } from '../support/kill/journal.ts';
import {
  askDatabase,
  containersIn,
  machineOfTest,
  programWords,
  rollOutIn,
} from '../support/production/on-docker.ts';
import { emptyWorkspace, migrations, put, sharedWorkspace } from '../support/workspace/workspace.ts';
import type { Machine } from '../testbed/machine/machine.ts';

/** Expects what every rollout must leave, interrupted or not: ledger, objects, role, containers. */
const stateQuery = `select string_agg(line, ' ' order by line) from (
  select name || '=' || checksum as line from erp_deploy.migrations
  union all select count(*)::text || ' tables' from pg_tables where schemaname in ('erp', 'agent')
  union all select rolname from pg_roles where rolname like 'erp\\_%') as state(line)`;

/** A kill at the start of each step, and one during its first change; 2.3 and 2.4 change nothing. */
const kills = [
  ['2.1', 'step.started'],
  ['2.1', 'change.started'],
  ['2.2', 'step.started'],
  ['2.2', 'change.started'],
  ['2.3', 'step.started'],
  ['2.4', 'step.started'],
  ['2.5', 'step.started'],
  ['2.5', 'change.started'],
  ['2.6', 'step.started'],
  ['2.6', 'change.started'],
] as const;

const cases: readonly (readonly [behaviour: string, shows: () => Promise<void>])[] = [
  [
    'a rollout on Docker that is killed in each of its steps goes on from there each time, and ends as one that never was',
    killedInSteps,
  ],
  [
    'a rollout on Docker that is asked to stop while it waits for a container says where it stopped',
    stoppedWhileWaiting,
  ],
  [
    'a database whose container is killed in the middle of a migration has nothing of it, and the next run finishes it',
    containerKilledInMigration,
  ],
];

test.each(sampleOf('kills on Docker', cases, { usual: 3 }))('%s', { timeout: 600_000 }, (_behaviour, shows) =>
  shows(),
);

async function killedInSteps(): Promise<void> {
  const machine = await machineOfTest();
  const undisturbed = sharedWorkspace();
  expect(await rollOutIn(machine, undisturbed)).toMatchObject({ exit: 0 });
  const state = await askDatabase(machine, stateQuery);
  await machine.docker('rm', '--force', 'postgres-erp', 'postgrest-erp');
  await machine.run(['rm', '-rf', 'service-builds'], { cwd: undisturbed });

  const workspace = emptyWorkspace();
  for (const [step, when] of sampleOf('moments of kills on Docker', kills, { usual: 5 }))
    await killedIn(machine, workspace, step, when);
  const { exit, stderr } = await rollOutIn(machine, workspace);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(await askDatabase(machine, stateQuery)).toBe(state);
  expect(await containersIn(machine)).toHaveLength(2);
}

async function stoppedWhileWaiting(): Promise<void> {
  const machine = await machineOfTest();
  const workspace = emptyWorkspace();
  const words = programWords(['run', '--json', '--engine', 'docker']);
  const { running, signal } = machine.start(words, { cwd: workspace });
  for await (const line of running.iterable()) {
    const event = eventSchema.parse(JSON.parse(line));
    const isStarted = event.type === 'change.finished' && event.step === '2.1' && event.index === event.of;
    if (isStarted) signal('SIGINT');
  }
  const { exitCode, stderr } = await running;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: '' });
  expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'interrupted', step: '2.1', by: 'SIGINT' });
  expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
}

async function containerKilledInMigration(): Promise<void> {
  const machine = await machineOfTest();
  const workspace = emptyWorkspace();
  expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0 });
  put(workspace, slow, 'create table erp.slow (id bigint);\nalter table erp.people add column nick text;\n');
  const held = 'begin; lock table erp.people in share mode; select pg_sleep(60)';
  const psql = ['docker', 'exec', 'postgres-erp', 'psql', '-U', 'erp_admin', '-d', 'portfolio', '-c', held];
  const holder = machine.start(psql);
  await untilDatabase(machine, "select exists (select from pg_locks where mode = 'ShareLock' and granted)");
  const { running } = machine.start(programWords(['run', '--non-interactive']), { cwd: workspace });
  await untilDatabase(machine, 'select exists (select from pg_locks where not granted)');
  await machine.docker('kill', 'postgres-erp');
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^ERP-05/m);
  await holder.running;

  await machine.docker('start', 'postgres-erp');
  await untilDatabase(machine, "select to_regclass('erp.slow') is null");
  expect(await rollOutIn(machine, workspace)).toMatchObject({ exit: 0, stderr: '' });
  expect(await askDatabase(machine, "select to_regclass('erp.slow') is not null")).toBe('t');
}

const slow = `${migrations}/100_slow.sql`;

/** Waits until a condition holds. @throws an error that names the condition if it never does */
function untilDatabase(machine: Machine, question: string): Promise<void> {
  const ask = () => askDatabase(machine, question).catch(() => 'no answer');
  return vi.waitFor(async () => expect(await ask(), question).toBe('t'), { timeout: 60_000, interval: 200 });
}

async function killedIn(
  machine: Machine,
  workspace: string,
  step: string,
  when: 'step.started' | 'change.started',
): Promise<void> {
  const { running, signal } = machine.start(programWords(['run', '--json', '--engine', 'docker']), {
    cwd: workspace,
  });
  for await (const line of running.iterable()) {
    const event = eventSchema.parse(JSON.parse(line));
    if (event.type === when && event.step === step) signal('SIGKILL');
  }
  expect((await running).signal, `it was killed in step ${step}, ${when}`).toBe('SIGKILL');
}
