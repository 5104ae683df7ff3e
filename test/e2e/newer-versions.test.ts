import { expect, test } from 'vitest';
import { sampleOf } from '../run/sample.ts';
import { databaseOf, inDatabase, inDatabaseRun } from '../support/database/embedded-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { finishedWorkspace } from '../support/workspace/workspace.ts';

const commands = ['run --non-interactive', 'plan', 'status', 'validate', 'rollback --non-interactive'];

test.each(sampleOf('commands that meet a newer ledger', commands, { usual: 2 }))(
  'a ledger of a newer version is refused by "%s", and the database stays as it is',
  async (command) => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, "comment on table erp_deploy.migrations is 'Version 2 of the ledger.'");
    const before = await databaseOf(workspace);
    const { exit, stderr } = await erpDeploy(workspace, command.split(' '));
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0221' });
    expect(await databaseOf(workspace)).toEqual(before);
  },
);

test('a ledger of an earlier version, without a comment on its table, is read', async () => {
  const workspace = await finishedWorkspace();
  await inDatabaseRun(workspace, 'comment on table erp_deploy.migrations is null');
  const { exit, stderr } = await erpDeploy(workspace, ['validate']);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
});

test('a new database records the version of its ledger', async () => {
  const workspace = await finishedWorkspace();
  const comment = "select obj_description('erp_deploy.migrations'::regclass, 'pg_class') as comment";
  const [row] = await inDatabase(workspace, (session) => session.query(comment));
  expect(row?.comment).toMatch(/^Version 1 /);
});
