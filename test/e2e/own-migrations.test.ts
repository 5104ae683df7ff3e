import { describe, expect, test } from 'vitest';
import { inDatabase, inDatabaseRun, ledgerIn } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { finishedWorkspace, migrations, put, textOf } from '../support/workspace/workspace.ts';

const invoices = `create table erp.invoices (
  id bigint generated always as identity primary key,
  project_id bigint not null references erp.projects (id),
  amount numeric(14, 2) not null check (amount >= 0)
);
create index invoices_project_id_idx on erp.invoices (project_id);
`;

/** The steps that apply migrations and validate the database. */
const migrate = ['--only', '2.2', '2.3'];

describe('a migration of the user', () => {
  test('is applied after the bundled ones, and its table is part of the expected catalog', async () => {
    const workspace = await finishedWorkspace({ [`${migrations}/100_invoices.sql`]: invoices });
    const { exit, stdout, stderr } = await rollOut(workspace, migrate);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/2\.2 +migrations +done +3 applied/);
    expect(stdout).toMatch(/2\.3 +validation +done +39 tables \(15 erp, 24 agent\), 35 foreign keys/);
    expect(await ledgerIn(workspace)).toEqual([
      '001_erp_schema.sql',
      '002_agent_schema.sql',
      '100_invoices.sql',
    ]);

    await inDatabaseRun(workspace, 'drop index erp.invoices_project_id_idx');
    const drifted = await erpDeploy(workspace, ['validate']);
    expect(drifted.exit).toBe(5);
    expect(problemIn(drifted.stderr).excerpt).toEqual(['index erp.invoices_project_id_idx: missing']);
  });

  test('needs separate approval if the database contains rows', async () => {
    const workspace = await finishedWorkspace({ [`${migrations}/100_invoices.sql`]: invoices });
    await inDatabaseRun(workspace, "insert into erp.people (full_name) values ('Ada Lovelace')");
    const before = treeOf(workspace);
    const refused = await rollOut(workspace, migrate);
    expect(refused.exit).toBe(2);
    const { what, todo } = problemIn(refused.stderr);
    expect(what).toContain('erp.people');
    expect(todo.join('\n')).toContain('--allow-populated');
    expect(refused.stderr).not.toContain('Lovelace');
    expect(treeOf(workspace)).toEqual(before);
    expect(await ledgerIn(workspace)).not.toContain('100_invoices.sql');

    const agreed = await rollOut(workspace, [...migrate, '--allow-populated']);
    expect(agreed).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toContain('100_invoices.sql');
    const people = await inDatabase(workspace, (session) =>
      session.query('select full_name from erp.people'),
    );
    expect(people).toEqual([{ full_name: 'Ada Lovelace' }]);
  });

  test('that builds an index outside a transaction is applied, and repeated if the index is invalid', async () => {
    const text =
      '-- erp-deploy: no-transaction\ncreate index concurrently mine_idx on erp.people (handle);\n';
    const workspace = await finishedWorkspace({ [`${migrations}/100_handles.sql`]: text });
    await inDatabaseRun(
      workspace,
      `create index mine_idx on erp.people (handle);
       update pg_index set indisvalid = false where indexrelid = 'erp.mine_idx'::regclass`,
    );
    const { exit, stderr } = await rollOut(workspace, migrate);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const [index] = await inDatabase(workspace, (session) =>
      session.query(`select indisvalid as valid from pg_index where indexrelid = 'erp.mine_idx'::regclass`),
    );
    expect(index).toEqual({ valid: true });
    expect(await ledgerIn(workspace)).toContain('100_handles.sql');
  });

  test('may change settings, which do not affect the next one', async () => {
    const workspace = await finishedWorkspace({
      [`${migrations}/100_settings.sql`]:
        "set search_path = erp; set role erp_api; select 'set'; reset role;\n",
      [`${migrations}/101_tag.sql`]: 'create table erp.tag (id int primary key);\n',
    });
    expect(await rollOut(workspace, migrate)).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toContain('101_tag.sql');
  });

  test('with only comments is applied like any other', async () => {
    const workspace = await finishedWorkspace({ [`${migrations}/100_nothing.sql`]: '-- to be done\n' });
    expect(await rollOut(workspace, migrate)).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toContain('100_nothing.sql');
  });

  test('is applied in the order of the numbers, whatever their length', async () => {
    const workspace = await finishedWorkspace({
      [`${migrations}/1000_second.sql`]: 'alter table erp.tag add column name text;\n',
      [`${migrations}/200_first.sql`]: 'create table erp.tag (id int primary key);\n',
    });
    expect(await rollOut(workspace, migrate)).toMatchObject({ exit: 0, stderr: '' });
    put(workspace, `${migrations}/1001_third.sql`, 'alter table erp.tag add column colour text;\n');
    expect(await rollOut(workspace, migrate)).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toEqual(expect.arrayContaining(['1000_second.sql', '1001_third.sql']));
    const again = await rollOut(workspace, migrate);
    expect(again).toMatchObject({ exit: 0, stderr: '' });
    expect(again.stdout).toMatch(/^done: 0 done/m);
  });
});

describe('migrations checked out with Windows line ends', () => {
  test('are the same files: nothing is rewritten, and nothing is applied again', async () => {
    const workspace = await finishedWorkspace();
    for (const name of ['001_erp_schema.sql', '002_agent_schema.sql', 'validate_schema.sql']) {
      const path = `${migrations}/${name}`;
      put(workspace, path, textOf(workspace, path).replaceAll('\n', '\r\n'));
    }
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await rollOut(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: 0 done, 17 unchanged/m);
    expect(treeOf(workspace)).toEqual(before);
  });
});
