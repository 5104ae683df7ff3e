import { describe, expect, test } from 'vitest';
import { databaseOf, inDatabaseRun } from '../support/embedded-folder.ts';
import { erpDeploy } from '../support/erp-deploy.ts';
import { problemIn } from '../support/problems.ts';
import { treeOf } from '../support/tree.ts';
import { emptyWorkspace, finishedWorkspace } from '../support/workspace.ts';

describe('validate', () => {
  test('names the database that it chose, what it counted, and leaves no trace in it', async () => {
    const workspace = await finishedWorkspace();
    const before = { tree: treeOf(workspace), database: await databaseOf(workspace) };
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['validate']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('no target was given: this is the embedded database of the workspace');
    expect(stdout).toContain(
      "38 = 14 erp + 24 agent (the checklist's headline, 35, leaves the 3 planning tables out)",
    );
    expect(stdout).toMatch(/^info: \d+ behaviours tried and rolled back, 0 failed$/m);
    expect({ tree: treeOf(workspace), database: await databaseOf(workspace) }).toEqual(before);
  });

  test('where there is no database says how to get one, and makes none', async () => {
    const workspace = emptyWorkspace();
    const { exit, stderr } = await erpDeploy(workspace, ['validate']);
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0531' });
    expect(treeOf(workspace)).toEqual([]);
  });

  test('notes an extra view and index, and fails over them with --strict alone', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(
      workspace,
      'create view erp.mine as select 1 as one; create index mine_idx on erp.people (notes)',
    );
    const lenient = await erpDeploy(workspace, ['validate', '--no-behaviour']);
    expect(lenient).toMatchObject({ exit: 0, stderr: '' });
    expect(lenient.stdout).toMatch(/^note +view erp\.mine: /m);
    expect(lenient.stdout).toMatch(/^note +index erp\.mine_idx: /m);
    expect(lenient.stdout).not.toContain('behaviours tried');

    const strict = await erpDeploy(workspace, ['validate', '--no-behaviour', '--strict']);
    expect(strict.exit).toBe(5);
    expect(problemIn(strict.stderr).excerpt).toHaveLength(2);

    const run = await erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded']);
    expect(run).toMatchObject({ exit: 0, stderr: '' });
    expect(run.stdout).toMatch(/^done: 2 done, 15 already/m);
  });

  test('does not touch a database that differs, whatever SQL it prints', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, 'drop index agent.blocks_vector_key_idx');
    const before = await databaseOf(workspace);
    const { exit, stdout } = await erpDeploy(workspace, ['validate', '--repair-sql']);
    expect(exit).toBe(5);
    expect(stdout).toBe('CREATE INDEX blocks_vector_key_idx ON agent.blocks USING btree (vector_key);\n');
    expect(await databaseOf(workspace)).toEqual(before);
  });
});
