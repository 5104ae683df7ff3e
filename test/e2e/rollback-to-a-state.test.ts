import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { contentsOf, inDatabase, inDatabaseRun, ledgerIn } from '../support/database/embedded-folder.ts';
import { treeOf, untimedTreeOf } from '../support/disk/tree.ts';
import { endStateOf } from '../support/kill/end-state.ts';
import { journalOf } from '../support/kill/journal.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  copyOf,
  emptyWorkspace,
  migrations,
  put,
  sharedFinishedWorkspace,
  sharedWorkspace,
} from '../support/workspace/workspace.ts';

const bundled = ['001_erp_schema.sql', '002_agent_schema.sql'];
const tag = { [`${migrations}/100_tag.sql`]: 'create table erp.tag (id int primary key);\n' };
const down = `${migrations}/100_tag.down.sql`;

const rollback = (workspace: string, ...more: readonly string[]) =>
  erpDeploy(workspace, ['rollback', ...more, '--non-interactive']);
const contents = (workspace: string) => inDatabase(workspace, contentsOf);

/** Returns a workspace with an earlier rollout and one that applied `100_tag.sql`. */
let shared: string;
beforeAll(async () => {
  shared = sharedWorkspace();
  execFileSync('cp', ['-a', `${await sharedFinishedWorkspace()}/.`, shared]);
  for (const [path, text] of Object.entries(tag)) put(shared, path, text);
  expect(await rollOut(shared)).toMatchObject({ exit: 0, stderr: '' });
});

const upgraded = (files: Readonly<Record<string, string>> = {}) => copyOf(shared, files);

/** Returns the names of the rollouts in the journal, oldest first. */
function rolloutsOf(workspace: string): readonly string[] {
  return journalOf(workspace).flatMap((record) =>
    record.type === 'rollout' ? [String(record.rollout)] : [],
  );
}

test('a rollback of an upgrade of the local test returns to the schema, ledger and files from before it', async () => {
  const before = await sharedFinishedWorkspace();
  const workspace = upgraded();
  const { exit, stdout, stderr } = await rollback(workspace);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toContain(
    `rebuild the schemas agent and erp of the embedded database from ${bundled.join(', ')}`,
  );
  const [now, then] = [await contents(workspace), await contents(before)];
  expect(now.catalog).toEqual(then.catalog);
  expect(now.ledger).toEqual(then.ledger);
  const own = (line: string) =>
    /^\.erp-deploy(\/| )/.test(line) || line.startsWith(`${migrations}/100_tag.sql `);
  const files = (from: string) => untimedTreeOf(from).filter((line) => !own(line));
  expect(files(workspace)).toEqual(files(before));

  const again = await rollback(workspace);
  expect(again.exit).toBe(0);
  expect(again.stdout).toContain('is undone already');
  expect(again.stdout).toContain(`rollback ${rolloutsOf(workspace)[0]}`);

  expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
  expect(await ledgerIn(workspace)).toEqual([...bundled, '100_tag.sql']);
  expect((await erpDeploy(workspace, ['validate'])).exit).toBe(0);
});

test('a rollback undoes a skipped step that ran later before the steps that had run without it', async () => {
  const workspace = emptyWorkspace();
  expect(await rollOut(workspace, ['--skip', '0.3', '--skip', '5.1'])).toMatchObject({ exit: 0 });
  expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
  const { exit, stderr } = await rollback(workspace, ...rolloutsOf(workspace).slice(0, 1));
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(existsSync(join(workspace, 'service-builds/postgres'))).toBe(false);
});

test('a rollback to before the first rollout undoes the later ones with it', async () => {
  const workspace = upgraded();
  const [first = ''] = rolloutsOf(workspace);
  const { exit, stdout, stderr } = await rollback(workspace, first);
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(stdout).toContain('drop the schemas agent and erp of the embedded database');
  const listed = await erpDeploy(workspace, ['history']);
  expect(listed.stdout.match(/ rolled back$/gm)).toHaveLength(2);
  expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
  const [once, again] = [await endStateOf(shared), await endStateOf(workspace)];
  expect({ ...again, backups: once.backups }).toEqual(once);
});

test('an unknown rollout is refused with the names of the existing ones', async () => {
  const workspace = copyOf(await sharedFinishedWorkspace());
  const left = treeOf(workspace);
  const { exit, stderr } = await rollback(workspace, '2020-01-01-none');
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 2, code: 'ERP-0836' });
  expect(problemIn(stderr).excerpt).toEqual(rolloutsOf(workspace));
  expect(treeOf(workspace)).toEqual(left);
});

describe('a down file', () => {
  test('undoes its migration, and keeps rows of other tables', async () => {
    const workspace = upgraded({ [down]: 'drop table erp.tag;\n' });
    const then = await contents(await sharedFinishedWorkspace());
    await inDatabaseRun(workspace, "insert into erp.people (full_name) values ('Ada')");
    const refused = await rollback(workspace);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('--allow-populated');
    const { exit, stdout, stderr } = await rollback(workspace, '--allow-populated', '--force');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('undo 100_tag.sql in the embedded database by its down file');
    const now = await contents(workspace);
    expect(now.catalog).toEqual(then.catalog);
    expect(now.ledger).toEqual(then.ledger);
    expect(now.rows).toContainEqual({ table: 'erp.people', rows: 1 });
    expect(readdirSync(join(workspace, '.erp-deploy/dumps'))).toHaveLength(1);
  });

  test('that does not undo everything changes nothing', async () => {
    const workspace = upgraded({ [down]: 'alter table erp.tag drop constraint tag_pkey;\n' });
    const left = await contents(workspace);
    const { exit, stderr } = await rollback(workspace, '--force');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0844' });
    expect(problemIn(stderr).excerpt).toContain('table erp.tag: extra');
    expect(await contents(workspace)).toEqual(left);
  });

  test('that the server rejects changes nothing, and is reported with its line', async () => {
    const workspace = upgraded({ [down]: 'drop table erp.tag;\n\ndrop table erp.label;\n' });
    const left = await contents(workspace);
    const { exit, stderr } = await rollback(workspace, '--force');
    expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 4, code: 'ERP-0510' });
    expect(problemIn(stderr).what).toContain('100_tag.down.sql, line 3');
    expect(await contents(workspace)).toEqual(left);
  });
});

test('a later migration of another workspace is not undone', async () => {
  const workspace = upgraded();
  await inDatabaseRun(
    workspace,
    "insert into erp_deploy.migrations (name, checksum, body, duration_ms) values ('101_theirs.sql', '', 'select 1', 0)",
  );
  const left = treeOf(workspace);
  const { exit, stderr } = await rollback(workspace);
  expect({ exit, code: problemIn(stderr).code }).toEqual({ exit: 3, code: 'ERP-0834' });
  expect(problemIn(stderr).why).toContain('101_theirs.sql was applied there later');
  expect(treeOf(workspace)).toEqual(left);
});
