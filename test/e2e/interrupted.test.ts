import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { claimFolder } from '../../src/adapters/claim-folder.ts';
import { processTable } from '../../src/adapters/process-table.ts';
import { lockHolder } from '../../src/engine/lock.ts';
import { expectMadeAnew } from '../support/database/made-anew.ts';
import { treeOf } from '../support/disk/tree.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { journalOf } from '../support/kill/journal.ts';
import { rollOut } from '../support/program/in-process.ts';
import { changeOf, WatchedRun } from '../support/program/watched-run.ts';
import { emptyWorkspace, finishedWorkspace } from '../support/workspace/workspace.ts';

/** Returns the journal records of the last run. */
function lastRunIn(workspace: string) {
  const records = journalOf(workspace);
  return records.slice(records.findLastIndex(({ type }) => type === 'rollout' || type === 'resumed'));
}

/** Returns the scopes of the started and of the completed changes. */
function changesIn(workspace: string) {
  const scopes = (wanted: 'intended' | 'applied') =>
    lastRunIn(workspace).flatMap((record) => (record.type === wanted ? [record.scope] : []));
  return { begun: scopes('intended'), ended: scopes('applied') };
}

describe('a rollout that is asked to stop', () => {
  let workspace: string;

  /** A workspace whose local database does not exist yet: creating it takes seconds, in a separate thread. */
  beforeEach(async () => {
    workspace = await finishedWorkspace();
    for (const name of ['embedded', 'embedded.json']) {
      rmSync(join(workspace, '.erp-deploy', name), { recursive: true });
    }
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s finishes the running change, reports where it stopped, and exits with %i',
    async (by, exit) => {
      const run = new WatchedRun(workspace);
      await run.until(changeOf('2.1'));
      run.send(by);
      expect(await run.ended).toMatchObject({ exit, stderr: '' });
      expect(lastRunIn(workspace).at(-1)).toMatchObject({ type: 'interrupted', by });
      const { begun, ended } = changesIn(workspace);
      expect(begun).toContain('sql:embedded:initialise');
      expect(ended).toEqual(begun);
      expect(run.events.at(-1)).toMatchObject({ type: 'rollout.finished', exit });
      await expectToFinish();
    },
  );

  test('between two migrations keeps the first and does not start the second', async () => {
    const run = new WatchedRun(workspace);
    await run.until(changeOf('2.2'));
    run.send('SIGINT');
    expect(await run.ended).toMatchObject({ exit: 130 });
    const { begun, ended } = changesIn(workspace);
    expect(ended).toEqual(begun);
    expect(begun.filter((scope) => scope.includes(':migrate:'))).toHaveLength(1);
    expect(lastRunIn(workspace).at(-1)).toMatchObject({ type: 'interrupted', by: 'SIGINT' });
    await expectToFinish();
  });

  test('twice ends immediately, even while it creates the database', async () => {
    const run = new WatchedRun(workspace);
    await run.until(changeOf('2.1'));
    // The event comes before the record in the journal.
    await expect.poll(() => changesIn(workspace).begun).toEqual(['sql:embedded:initialise']);
    run.send('SIGINT');
    // The system merges two pending signals of the same kind, and no delay separates them reliably.
    run.send('SIGTERM');
    // The order of two different pending signals is not defined, either.
    expect([130, 143]).toContain((await run.ended).exit);
    expect(changesIn(workspace)).toEqual({ begun: ['sql:embedded:initialise'], ended: [] });
    expect(lastRunIn(workspace).at(-1)?.type).toBe('intended');
    await expectToFinish();
  });

  async function expectToFinish(): Promise<void> {
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    await expectMadeAnew(workspace);
  }
});

test('a rollout that is asked to stop while it prepares the workspace leaves no change half done', async () => {
  const workspace = emptyWorkspace();
  const run = new WatchedRun(workspace);
  await run.until(changeOf('0.1'));
  run.send('SIGINT');
  expect(await run.ended).toMatchObject({ exit: 130, stderr: '' });
  const { begun, ended } = changesIn(workspace);
  expect(ended).toEqual(begun);
  expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
  expect(await endStateOf(workspace)).toEqual(await endStateOf(await finishedWorkspace()));
});

describe('a command that changes nothing', () => {
  test.each(['validate', 'status', 'plan'])(
    '%s stops where it is asked to, and leaves nothing behind',
    async (command) => {
      const workspace = await finishedWorkspace();
      const before = treeOf(workspace);
      const run = new WatchedRun(workspace, [], undefined, command);
      await run.until(({ type }) => type === 'rollout.started');
      run.send('SIGINT');
      expect(await run.ended).toMatchObject({ exit: 130, signal: undefined });
      const told = run.events.map(({ type }) => type);
      expect(told).not.toContain('behaviour');
      expect(told).not.toContain('plan.ready');
      expect(run.events.at(-1)).toMatchObject({ type: 'rollout.finished', exit: 130 });
      expect(treeOf(workspace)).toEqual(before);
      const folder = claimFolder(workspace, '.erp-deploy/lock');
      expect(await lockHolder({ folder, processes: processTable() })).toBeNull();
    },
  );
});
