import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { inDatabase } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { emptyWorkspace } from '../support/workspace/workspace.ts';

const embedded = ['run', '--non-interactive', '--engine', 'embedded'];
const history = (workspace: string, ...flags: readonly string[]) =>
  erpDeploy(workspace, ['history', ...flags]);

test('history of a new workspace reports that there is none, names the command that starts a rollout, and creates nothing', async () => {
  const workspace = emptyWorkspace();
  const { exit, stdout, stderr } = await history(workspace);
  expect({ exit, stdout, stderr }).toEqual({
    exit: 0,
    stdout: 'info: No rollout is recorded in this workspace. To start one: erp-deploy run\n',
    stderr: '',
  });
  expect(treeOf(workspace)).toEqual([]);
});

test('history and the ledger list a rollout with its operator, the commit of the repository, its targets and its changes', async () => {
  const workspace = emptyWorkspace({ 'notes.md': 'of the team\n' });
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-C', workspace, '-c', 'user.name=a', '-c', 'user.email=a@b', ...words], {
      encoding: 'utf8',
    });
  git('init', '--quiet');
  git('add', 'notes.md');
  git('commit', '--quiet', '--message', 'Begin');
  const commit = git('rev-parse', 'HEAD').trim();
  expect(await erpDeploy(workspace, [...embedded, '--until', '2.2'])).toMatchObject({ exit: 0, stderr: '' });
  const { exit, stdout } = await history(workspace);
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\d-[0-9a-f]{8} {2}finished$/m);
  expect(stdout).toMatch(new RegExp(`by \\S+@\\S+, commit ${commit.slice(0, 12)}, erp-deploy \\d`));
  expect(stdout).toMatch(/to embedded: \d+ changes, by step: 0\.1 \(\d+\), 0\.2 \(\d+\)/);
  const events = (await history(workspace, '--json')).stdout.trimEnd().split('\n');
  expect(events.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'rollout.recorded', commit, result: 'finished', failure: null },
    { type: 'note' },
    { type: 'change.recorded', database: 'embedded', commit, change: expect.stringContaining('001') },
    { type: 'change.recorded', database: 'embedded', commit, change: expect.stringContaining('002') },
    { type: 'rollout.finished', exit: 0 },
  ]);
  const by = stdout.match(/by (\S+@\S+), commit/)?.[1];
  const ledger = await inDatabase(workspace, (session) =>
    session.query('select distinct applied_by from erp_deploy.migrations'),
  );
  expect(ledger).toEqual([{ applied_by: `${by}, commit ${commit}` }]);
  expect(stdout).toContain('Changes that the embedded database records:');
  expect(stdout).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}apply 001_erp_schema\.sql to the embedded database$/m,
  );
  expect(stdout).toContain(`by ${by}, commit ${commit.slice(0, 12)}, in ${stdout.slice(0, 19)} (run)`);
});

test('history --recorded reads only the journal, and an idle second run records no change in the database', async () => {
  const workspace = emptyWorkspace();
  const run = () => erpDeploy(workspace, [...embedded, '--until', '2.2']);
  expect(await run()).toMatchObject({ exit: 0 });
  expect((await history(workspace, '--recorded')).stdout).not.toContain('database records');
  expect(await run()).toMatchObject({ exit: 0 });
  const { stdout } = await history(workspace);
  expect(stdout.match(/^\d.*UTC {2}apply/gm)).toHaveLength(2);
});
