import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectMadeAnew } from '../support/database/made-anew.ts';
import { treeOf } from '../support/disk/tree.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { journalOf } from '../support/kill/journal.ts';
import { rollOut as builtRollOut } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { changeOf, WatchedRun } from '../support/program/watched-run.ts';
import { emptyWorkspace, finishedWorkspace, put } from '../support/workspace/workspace.ts';

/** A workspace whose local database does not exist yet: a run needs seconds to create it. */
async function withoutDatabase(): Promise<string> {
  const workspace = await finishedWorkspace();
  for (const name of ['embedded', 'embedded.json']) {
    rmSync(join(workspace, '.erp-deploy', name), { recursive: true });
  }
  return workspace;
}

const onlyDatabase = ['--only', '2.1'];

async function makingDatabase(workspace: string, flags: readonly string[] = []): Promise<WatchedRun> {
  const run = new WatchedRun(workspace, flags);
  await run.until(changeOf('2.1'));
  return run;
}

const logsIn = (workspace: string) => readdirSync(join(workspace, '.erp-deploy/logs'));

describe('two rollouts that start in one workspace at the same time', () => {
  test('are one rollout, and one that names the running one and does nothing', async () => {
    const workspace = emptyWorkspace();
    const ends = await Promise.all([builtRollOut(workspace), builtRollOut(workspace)]);
    const [done, refused] = ends.sort((one, other) => Number(one.exit) - Number(other.exit));
    expect(done).toMatchObject({ exit: 0, stderr: '' });
    expect(refused).toMatchObject({ exit: 6, stderr: expect.stringContaining('ERP-0210') });
    expect(journalOf(workspace).filter(({ type }) => type === 'rollout')).toHaveLength(1);
    expect(logsIn(workspace)).toHaveLength(1);
    expect(await endStateOf(workspace)).toEqual(await endStateOf(await finishedWorkspace()));
  });
});

describe('while a rollout is running', () => {
  test('a second one and every other command that could disturb it are refused, and change nothing', async () => {
    const workspace = await withoutDatabase();
    const run = await pausedAtDatabase(workspace, onlyDatabase);
    await expectRefused(workspace, 'unlock');
    const before = { tree: treeOf(workspace), journal: journalOf(workspace), logs: logsIn(workspace) };
    for (const command of ['run --non-interactive', 'plan', 'status', 'validate']) {
      await expectRefused(workspace, command);
    }
    expect({ tree: treeOf(workspace), journal: journalOf(workspace), logs: logsIn(workspace) }).toEqual(
      before,
    );
    run.send('SIGCONT');
    expect(await run.ended).toMatchObject({ exit: 0, stderr: '' });
  });

  test('an unlock by force stops it before its next change, with exit code 6', async () => {
    const workspace = await withoutDatabase();
    const run = await pausedAtDatabase(workspace);
    const forced = await erpDeploy(workspace, ['unlock', '--force']);
    expect(forced).toMatchObject({ exit: 0, stdout: expect.stringMatching(/still runs\.\n.*free now/) });
    run.send('SIGCONT');
    expect(await run.ended).toMatchObject({ exit: 6, stderr: expect.stringContaining('ERP-0211') });
    const intended = journalOf(workspace).flatMap((one) => (one.type === 'intended' ? [one.scope] : []));
    expect(intended.filter((scope) => scope.includes(':migrate:'))).toHaveLength(2);
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    await expectMadeAnew(workspace);
  });

  /** The rollout is halted in the middle of a change, and still counts as running. */
  async function pausedAtDatabase(workspace: string, flags?: readonly string[]): Promise<WatchedRun> {
    const run = await makingDatabase(workspace, flags);
    await vi.waitUntil(() => existsSync(join(workspace, '.erp-deploy/embedded/PG_VERSION')), 60_000);
    run.send('SIGSTOP');
    onTestFinished(() => run.send('SIGKILL'));
    return run;
  }

  async function expectRefused(workspace: string, command: string): Promise<void> {
    const { exit, stderr } = await erpDeploy(workspace, command.split(' '));
    expect({ command, exit }).toEqual({ command, exit: 6 });
    expect(stderr).toMatch(/^ERP-0210 .*process \d+ of/);
    if (command === 'unlock') expect(stderr).toContain(': erp-deploy unlock --force');
  }
});

describe('the lock of a rollout that was killed', () => {
  async function killed(): Promise<string> {
    const workspace = await withoutDatabase();
    const run = await makingDatabase(workspace);
    run.send('SIGKILL');
    await run.ended;
    return workspace;
  }

  test('is taken over by the next rollout without a question', async () => {
    const workspace = await killed();
    expect(await rollOut(workspace, onlyDatabase)).toMatchObject({ exit: 0, stderr: '' });
  });

  test('is released by unlock even if the configured production host cannot be reached', async () => {
    const workspace = await killed();
    put(workspace, 'erp-deploy.config.yaml', 'production:\n  host: nowhere.invalid\n');
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['unlock']);
    expect(stdout).toContain('The lock is free now.');
    expect({ exit, code: /^ERP-\d+/.exec(stderr)?.[0] }).toEqual({ exit: 3, code: 'ERP-0702' });
  });

  test('is released by unlock, which names its holder', async () => {
    const workspace = await killed();
    const first = await erpDeploy(workspace, ['unlock']);
    expect(first).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/Held by process \d+ .* has ended\.\n.*free now/),
    });
    const second = await erpDeploy(workspace, ['unlock']);
    expect(second).toMatchObject({ exit: 0, stdout: expect.stringContaining('is free already') });
  });
});
