import { describe, expect, test } from 'vitest';
import { inDatabase, inDatabaseRun, ledgerIn } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, finishedWorkspace, migrations, put } from '../support/workspace/workspace.ts';

const own = `${migrations}/100_own.sql`;

describe('an invalid migration is refused before anything is changed', () => {
  async function refused(text: string | Buffer, more: Readonly<Record<string, string>> = {}) {
    const workspace = emptyWorkspace({ [own]: text, ...more });
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(4);
    expect(treeOf(workspace)).toEqual(before);
    return problemIn(stderr);
  }

  test('with a COMMIT in it', async () => {
    const { code, excerpt } = await refused(
      'create table erp.tag (id int);\n  commit;\ncreate table erp.more ();\n',
    );
    expect(code).toBe('ERP-0516');
    expect(excerpt[0]).toMatch(/^100_own\.sql:2:3 .*leave transaction commands out$/);
    expect(excerpt).toContain('> 2 |   commit;');
    expect(excerpt).toContain('    |   ^');
  });

  test('with a psql command in it', async () => {
    const { what, excerpt } = await refused('\\i other.sql\ncreate table erp.tag ();\n');
    expect(what).toBe('100_own.sql: 1 fault; nothing was applied.');
    expect(excerpt[0]).toBe('100_own.sql:1:1 \\i is a psql command, not SQL; a migration is plain SQL');
  });

  test('with a syntax error in the middle', async () => {
    const { excerpt } = await refused(
      'create table erp.one (id int);\ncreate tabel erp.two ();\nselect 1;\n',
    );
    expect(excerpt[0]).toMatch(/^100_own\.sql:2:8 syntax error at or near "tabel"/);
    expect(excerpt).toContain('> 2 | create tabel erp.two ();');
    expect(excerpt).toContain('    |        ^');
  });

  test('with several faults, which are all reported at once', async () => {
    const { what, excerpt } = await refused('vacuum;\nselect :name;\n', {
      [`${migrations}/101_more.sql`]: 'begin;\n',
    });
    expect(what).toMatch(/^100_own\.sql, 101_more\.sql: 3 faults/);
    expect(excerpt.filter((line) => /^10\d_\w+\.sql:\d+:\d+ /.test(line))).toHaveLength(3);
  });

  test('with the number of another file', async () => {
    const { code, what } = await refused('select 1;\n', { [`${migrations}/100_other.sql`]: 'select 2;\n' });
    expect(code).toBe('ERP-0517');
    expect(what).toBe('100_other.sql and 100_own.sql have the same number.');
  });

  test('in another encoding than UTF-8', async () => {
    const { what, why } = await refused(Buffer.from("comment on schema erp is 'caf\xe9';\n", 'latin1'));
    expect(what).toBe(`Could not read ${own}.`);
    expect(why).toContain('it is not UTF-8 text');
  });

  test('with a byte order mark', async () => {
    const { excerpt } = await refused('\uFEFFselect 1;\n');
    expect(excerpt[0]).toMatch(/^100_own\.sql:1:1 the file starts with a byte order mark/);
  });

  test('that is not a file', async () => {
    const workspace = emptyWorkspace({ [`${own}/inside.txt`]: '' });
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toContain(own);
  });
});

describe('a migration that fails while it runs', () => {
  const text = 'create table erp.tag (id int primary key);\ninsert into erp.tags values (1);\nselect 3;\n';

  test('leaves nothing behind, is reported with its line, and is applied after it was fixed', async () => {
    const workspace = await finishedWorkspace({ [own]: text });
    const failed = await rollOut(workspace);
    expect(failed.exit).toBe(4);
    const { code, what, excerpt } = problemIn(failed.stderr);
    expect(code).toBe('ERP-0510');
    expect(what).toBe('100_own.sql, line 2: relation "erp.tags" does not exist (42P01).');
    expect(excerpt).toContain('> 2 | insert into erp.tags values (1);');
    expect(excerpt).toContain('    |             ^');
    expect(failed.stdout).toMatch(/2\.3 +validation +not started$/m);
    const [found] = await inDatabase(workspace, (session) =>
      session.query(
        `select to_regclass('erp.tag') as tag, (select count(*)::int from erp_deploy.migrations) as ledger`,
      ),
    );
    expect(found).toEqual({ tag: null, ledger: 2 });

    put(workspace, own, text.replace('erp.tags', 'erp.tag'));
    expect(await rollOut(workspace)).toMatchObject({ exit: 0, stderr: '' });
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
  });

  test('fails in the same way on a first run, after the bundled ones were applied', async () => {
    const workspace = emptyWorkspace({ [own]: text });
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(4);
    expect(problemIn(stderr).code).toBe('ERP-0510');
    expect(await ledgerIn(workspace)).toEqual(['001_erp_schema.sql', '002_agent_schema.sql']);
  });

  test('is also reported by validate with its position, unless it is not in the ledger', async () => {
    const workspace = await finishedWorkspace({ [own]: text });
    const pending = await erpDeploy(workspace, ['validate', '--no-behaviour']);
    expect(pending).toMatchObject({ exit: 0, stderr: '' });
    expect(pending.stdout).toContain('not applied yet: 100_own.sql');
    await inDatabaseRun(workspace, 'drop schema erp_deploy cascade');
    const { exit, stderr } = await erpDeploy(workspace, ['validate']);
    expect(exit).toBe(3);
    const { code, excerpt } = problemIn(stderr);
    expect(code).toBe('ERP-0520');
    expect(excerpt).toContain('> 2 | insert into erp.tags values (1);');
  });
});
