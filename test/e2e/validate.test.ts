import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databaseOf, inDatabaseRun } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy as builtErpDeploy } from '../support/program/erp-deploy.ts';
import { erpDeploy } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, finishedWorkspace } from '../support/workspace/workspace.ts';

describe('validate', () => {
  test('names the chosen database and its counts, and leaves no trace in it', async () => {
    const workspace = await finishedWorkspace();
    const before = { tree: treeOf(workspace), database: await databaseOf(workspace) };
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['validate']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('no target was given; validating the embedded database of the workspace');
    expect(stdout).toContain(
      "38 = 14 erp + 24 agent (the checklist's headline, 35, leaves the 3 planning tables out)",
    );
    expect(stdout).toMatch(/^info: \d+ behaviours tested and rolled back, 0 failed$/m);
    expect({ tree: treeOf(workspace), database: await databaseOf(workspace) }).toEqual(before);
  });

  test('explains how to create a database if there is none, and creates none', async () => {
    const workspace = emptyWorkspace();
    const { exit, stderr } = await erpDeploy(workspace, ['validate']);
    expect(exit).toBe(3);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0531' });
    expect(treeOf(workspace)).toEqual([]);
  });

  test('notes an extra view and index, and fails because of them only with --strict', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(
      workspace,
      'create view erp.mine as select 1 as one; create index mine_idx on erp.people (notes)',
    );
    const lenient = await erpDeploy(workspace, ['validate', '--no-behaviour']);
    expect(lenient).toMatchObject({ exit: 0, stderr: '' });
    expect(lenient.stdout).toMatch(/^note +view erp\.mine: /m);
    expect(lenient.stdout).toMatch(/^note +index erp\.mine_idx: /m);
    expect(lenient.stdout).not.toContain('behaviours tested');

    const strict = await erpDeploy(workspace, ['validate', '--no-behaviour', '--strict']);
    expect(strict.exit).toBe(5);
    expect(problemIn(strict.stderr).excerpt).toHaveLength(2);

    const run = await erpDeploy(workspace, ['run', '--non-interactive', '--engine', 'embedded']);
    expect(run).toMatchObject({ exit: 0, stderr: '' });
    expect(run.stdout).toMatch(/^done: 2 done, 15 unchanged/m);
  });

  test('counts pending migrations of the user in validate and status, and reports no drift', async () => {
    const workspace = await finishedWorkspace();
    const file = join(workspace, 'service-builds/postgres-erp/migrations/100_phone.sql');
    writeFileSync(file, 'alter table erp.people add column phone text;\n');
    const last = ({ stdout }: { readonly stdout: string }) => stdout.trimEnd().split('\n').at(-1);
    const validated = await erpDeploy(workspace, ['validate']);
    expect(validated).toMatchObject({ exit: 0, stderr: '' });
    expect(last(validated)).toMatch(/; 1 migration is not applied yet\.$/);
    expect(validated.stdout).toContain('not applied yet: 100_phone.sql; to apply: erp-deploy run');
    const status = await erpDeploy(workspace, ['status']);
    expect(status).toMatchObject({ exit: 0, stderr: '' });
    expect(last(status)).toMatch(
      /1 migration is not applied yet: 100_phone\.sql; \d+ done, 0 drifted, .* at 2\.2: /,
    );
    for (const command of ['validate', 'status']) {
      const strict = await erpDeploy(workspace, [command, '--strict']);
      expect([strict.exit, problemIn(strict.stderr).code]).toEqual([5, 'ERP-0540']);
    }

    await inDatabaseRun(workspace, 'drop index agent.blocks_vector_key_idx');
    const repair = await erpDeploy(workspace, ['validate', '--repair-sql', '--no-behaviour']);
    expect(repair.exit).toBe(5);
    expect(repair.stdout).toMatch(/^CREATE INDEX blocks_vector_key_idx [^\n]*\n$/);
    expect((await erpDeploy(workspace, ['status'])).exit).toBe(5);

    await inDatabaseRun(workspace, repair.stdout);
    const run = await erpDeploy(workspace, [
      'run',
      '--non-interactive',
      '--engine',
      'embedded',
      '--allow-populated',
    ]);
    expect(run).toMatchObject({ exit: 0 });
    expect(last(await erpDeploy(workspace, ['validate']))).toBe('info: The database matches its migrations.');
  });

  test('exits with 5 without the ledger, and without the migrations that come with erp-deploy', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, "delete from erp_deploy.migrations where name like '002%'");
    const lacking = await erpDeploy(workspace, ['validate', '--no-behaviour']);
    expect([lacking.exit, problemIn(lacking.stderr).code]).toEqual([5, 'ERP-0541']);
    await inDatabaseRun(workspace, 'drop schema erp_deploy cascade');
    const without = await erpDeploy(workspace, ['validate', '--no-behaviour']);
    expect([without.exit, problemIn(without.stderr).code]).toEqual([5, 'ERP-0542']);
  });

  test('does not change a database that differs, although it prints SQL', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, 'drop index agent.blocks_vector_key_idx');
    const before = await databaseOf(workspace);
    const { exit, stdout } = await builtErpDeploy(workspace, ['validate', '--repair-sql']);
    expect(exit).toBe(5);
    expect(stdout).toBe('CREATE INDEX blocks_vector_key_idx ON agent.blocks USING btree (vector_key);\n');
    expect(await databaseOf(workspace)).toEqual(before);
  });
});
