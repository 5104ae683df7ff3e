import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RolloutEvent } from '../../src/domain/events.ts';
import { erpDeploy as builtErpDeploy, type Ended, eventsIn } from '../support/program/erp-deploy.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  migrations,
  sharedWorkspace,
  textOf,
} from '../support/workspace/workspace.ts';

type Of<Type extends RolloutEvent['type']> = Extract<RolloutEvent, { type: Type }>;

function ofType<Type extends RolloutEvent['type']>(events: readonly RolloutEvent[], type: Type): Of<Type>[] {
  return events.filter((event): event is Of<Type> => event.type === type);
}

describe('run --json', () => {
  let workspace: string;
  let ended: Ended;
  let events: readonly RolloutEvent[];

  beforeAll(async () => {
    workspace = sharedWorkspace();
    // Starts the program as a process, so that output past the given streams would appear among the events.
    ended = await builtErpDeploy(workspace, ['run', '--json', '--verbose', '--engine', 'embedded']);
    events = eventsIn(ended.stdout);
  });

  test('needs no --non-interactive, and prints only events', () => {
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
    expect(ofType(events, 'rollout.started')).toMatchObject([{ v: 2, command: 'run', engine: 'embedded' }]);
  });

  test('ends with the counts of outcomes, which match the steps, and the number of items left in the checklist', async () => {
    const checklist = eventsIn((await erpDeploy(workspace, ['checklist', '--json'])).stdout);
    const left = ofType(checklist, 'item').filter(({ state }) => state !== 'ticked');
    const finished = ofType(events, 'step.finished');
    const count = (outcome: string) => finished.filter((event) => event.outcome === outcome).length;
    expect(finished).toHaveLength(27);
    expect(events.at(-1)).toMatchObject({
      type: 'rollout.finished',
      exit: 0,
      journal: '.erp-deploy/journal.jsonl',
      counts: {
        done: count('done'),
        already: count('already'),
        skipped: count('skipped'),
        failed: 0,
        stopped: 0,
        open: left.length,
      },
    });
    expect(ofType(events, 'rollout.finished')).toHaveLength(1);
  });

  test('reports the start and end of each change, in the order of the plan', () => {
    const begun = ofType(events, 'change.started').map(({ step, index, of }) => `${step} ${index}/${of}`);
    const ended = ofType(events, 'change.finished').map(({ step, index, of }) => `${step} ${index}/${of}`);
    expect(ended).toEqual(begun);
    expect(begun).toContain('2.2 2/2');
  });

  test('contains every piece of evidence with its item and target', () => {
    const tables = ofType(events, 'evidence').find(({ item: box }) => box === '2.3#2');
    expect(tables).toMatchObject({ target: 'embedded', facts: { tablesErp: 14, tablesAgent: 24 } });
  });

  test('writes the same events to the log', () => {
    const [log = '', ...more] = readdirSync(join(workspace, '.erp-deploy/logs'));
    expect(more).toEqual([]);
    const logged = eventsIn(textOf(workspace, `.erp-deploy/logs/${log}`));
    const comparable = (all: readonly RolloutEvent[]) =>
      all.filter(({ type }) => /^(step|change|evidence)/.test(type)).map((event) => JSON.stringify(event));
    expect(comparable(logged)).toEqual(comparable(events));
  });
});

describe('the events of a command', () => {
  const ends = (stdout: string) => eventsIn(stdout).at(-1);

  test('that fails contain the problem, which is text on stderr', async () => {
    const workspace = emptyWorkspace({ [`${migrations}/100_own.sql`]: 'commit;\n' });
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['run', '--json', '--engine', 'embedded']);
    expect(exit).toBe(4);
    const { code, what } = problemIn(stderr);
    const events = eventsIn(stdout);
    expect(ofType(events, 'problem')).toMatchObject([{ step: '2.2', problem: { code, what, exit: 4 } }]);
    expect(events.at(-1)).toMatchObject({
      type: 'rollout.finished',
      exit: 4,
      counts: { failed: 1, done: 0 },
    });
  });

  test('that only reads contain its results', async () => {
    const workspace = await finishedWorkspace();
    const status = await erpDeploy(workspace, ['status', '--recorded', '--json']);
    expect(ofType(eventsIn(status.stdout), 'step.status')).toHaveLength(27);
    const validate = await erpDeploy(workspace, ['validate', '--json']);
    const behaviours = ofType(eventsIn(validate.stdout), 'behaviour');
    expect(behaviours.length).toBeGreaterThan(60);
    expect(behaviours.every(({ ok }) => ok)).toBe(true);
    const plan = await erpDeploy(workspace, ['plan', '--json']);
    expect(ofType(eventsIn(plan.stdout), 'plan.ready')).toMatchObject([{ changes: 0, consents: [] }]);
    for (const { stdout, stderr } of [status, validate, plan]) {
      expect(ends(stdout)).toMatchObject({ type: 'rollout.finished', exit: 0 });
      expect(stderr).toBe('');
    }
  });

  test('that is refused immediately contain the problem as well', async () => {
    const workspace = emptyWorkspace({ 'erp-deploy.config.yaml': 'engine: podman\n' });
    for (const command of ['run', 'plan', 'status', 'validate', 'doctor']) {
      const { exit, stdout } = await erpDeploy(workspace, [command, '--json']);
      expect(ends(stdout), command).toMatchObject({ type: 'rollout.finished', exit });
    }
  });
});
