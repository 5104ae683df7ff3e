import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { databaseOf } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import type { Ended } from '../support/program/erp-deploy.ts';
import { rollOut } from '../support/program/in-process.ts';
import { problemIn, problemsIn } from '../support/program/problems.ts';
import { copyOf, migrations, put, sharedFinishedWorkspace, textOf } from '../support/workspace/workspace.ts';

const own = `${migrations}/100_own.sql`;

describe('a migration that was applied', () => {
  let template: string;
  let database: unknown;

  beforeAll(async () => {
    template = await sharedFinishedWorkspace({ [own]: 'create table erp.tag (\n  id int primary key\n);\n' });
    const { exit, stderr } = await rollOut(template);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    database = await databaseOf(template);
  });

  async function refusedAfter(change: (workspace: string) => void): Promise<Ended> {
    const workspace = copyOf(template);
    change(workspace);
    const tree = treeOf(workspace);
    const ended = await rollOut(workspace);
    expect({ tree: treeOf(workspace), database: await databaseOf(workspace) }).toEqual({ tree, database });
    return ended;
  }

  test('and edited since is refused with the diff', async () => {
    const { exit, stderr } = await refusedAfter((workspace) => {
      put(workspace, own, 'create table erp.tag (\n  id bigint primary key\n);\n');
    });
    expect(exit).toBe(5);
    const { code, what, excerpt } = problemIn(stderr);
    expect({ code, what }).toEqual({
      code: 'ERP-0513',
      what: '100_own.sql was changed after it was applied.',
    });
    expect(excerpt).toContain('-  id int primary key');
    expect(excerpt).toContain('+  id bigint primary key');
  });

  test('and removed since is refused, with the query that restores the file', async () => {
    const { exit, stderr } = await refusedAfter((workspace) => rmSync(join(workspace, own)));
    expect(exit).toBe(5);
    const { code, todo } = problemIn(stderr);
    expect(code).toBe('ERP-0514');
    expect(todo.join('\n')).toContain("select body from erp_deploy.migrations where name = '100_own.sql';");
  });

  test('blocks a new file with a lower number', async () => {
    const { exit, stderr } = await refusedAfter((workspace) => {
      put(workspace, `${migrations}/050_late.sql`, 'select 1;\n');
    });
    expect(exit).toBe(5);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0515',
      what: '050_late.sql comes before 100_own.sql, which is already applied.',
    });
  });

  test('and renamed since is refused', async () => {
    const { exit, stderr } = await refusedAfter((workspace) => {
      renameSync(join(workspace, own), join(workspace, migrations, '101_own.sql'));
    });
    expect(exit).toBe(5);
    expect(problemIn(stderr).what).toContain('100_own.sql was applied');
  });

  test('and is a bundled file that was edited since is shown with both solutions, and nothing is overwritten', async () => {
    const path = `${migrations}/001_erp_schema.sql`;
    const { exit, stderr } = await refusedAfter((workspace) => {
      put(workspace, path, `${textOf(workspace, path)}-- mine\n`);
    });
    expect(exit).toBe(2);
    expect(problemsIn(stderr).map(({ code }) => code)).toEqual(['ERP-0302', 'ERP-0513']);
    expect(stderr).toContain(`--overwrite ${path}`);
  });
});
