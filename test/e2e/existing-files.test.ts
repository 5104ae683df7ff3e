import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { pathsIn, treeOf } from '../support/disk/tree.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  legacy,
  migrations,
  put,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

/** Leaves the migrations out, because verifying them takes seconds. */
const prepare = ['--until', '0.5'];

describe('legacy migrations', () => {
  test('are archived with a README, and other files in the folder stay', async () => {
    const workspace = emptyWorkspace({
      [`${legacy}/001_init.sql`]: 'create table one ();\n',
      [`${legacy}/002_more.sql`]: 'create table two ();\n',
      [`${legacy}/003_x.sql`]: 'create table three ();\n',
      [`${legacy}/004_kept.sql`]: 'create table four ();\n',
      [`${legacy}/notes.txt`]: 'mine\n',
    });
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(pathsIn(join(workspace, legacy))).toEqual([
      '004_kept.sql',
      'deprecated',
      'deprecated/001_init.sql',
      'deprecated/002_more.sql',
      'deprecated/003_x.sql',
      'deprecated/README.md',
      'notes.txt',
    ]);
    expect(textOf(workspace, `${legacy}/deprecated/002_more.sql`)).toBe('create table two ();\n');
  });

  test('with names of bundled files need approval, and nothing is changed without it', async () => {
    const path = `${legacy}/001_erp_schema.sql`;
    const workspace = emptyWorkspace({ [path]: 'create schema erp;\n' });
    const before = treeOf(workspace);
    const refused = await rollOut(workspace, prepare);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).todo.join('\n')).toContain(`--overwrite ${path}`);
    expect(treeOf(workspace)).toEqual(before);

    const agreed = await rollOut(workspace, [...prepare, '--overwrite', path]);
    expect(agreed).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, `${legacy}/deprecated/001_erp_schema.sql`)).toBe('create schema erp;\n');
  });

  test('never replace a file that is already archived', async () => {
    const workspace = emptyWorkspace({
      [`${legacy}/001_init.sql`]: 'new\n',
      [`${legacy}/deprecated/001_init.sql`]: 'old\n',
    });
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect(exit).toBe(4);
    expect(problemIn(stderr)).toMatchObject({ code: 'ERP-0330' });
    expect(textOf(workspace, `${legacy}/001_init.sql`)).toBe('new\n');
    expect(textOf(workspace, `${legacy}/deprecated/001_init.sql`)).toBe('old\n');
  });
});

describe('a compose file of the user', () => {
  const path = `${stack}/docker-compose.yml`;
  const own = 'services:\n  mine:\n    image: busybox\n';

  test('is replaced only with a separate approval that names it, and is kept as a backup', async () => {
    const workspace = emptyWorkspace({ [path]: own });
    const before = treeOf(workspace);
    const refused = await rollOut(workspace, prepare);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).todo.join('\n')).toContain(`--overwrite ${path}`);
    expect(treeOf(workspace)).toEqual(before);

    const other = await rollOut(workspace, [...prepare, '--overwrite', `${stack}/other.yml`]);
    expect(other.exit).toBe(2);
    expect(treeOf(workspace)).toEqual(before);

    const agreed = await rollOut(workspace, [...prepare, '--overwrite', path]);
    expect(agreed).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, path)).toContain('postgres-erp:');
    const backups = pathsIn(join(workspace, '.erp-deploy/backups'));
    // The new text is kept as well: a rollback needs it if the user has changed the file since.
    const kept = backups.map((name) => textOf(workspace, `.erp-deploy/backups/${name}`));
    expect(kept.toSorted()).toEqual([own, textOf(workspace, path)].toSorted());
  });

  test('is shown as a diff in the plan, with the required flag', async () => {
    const workspace = emptyWorkspace({ [path]: own });
    const { exit, stdout } = await erpDeploy(workspace, ['plan', ...prepare]);
    expect(exit).toBe(0);
    expect(stdout).toContain(`~ change ${path}  [needs --overwrite ${path}]`);
    expect(stdout).toMatch(/^ +- {2}mine:$/m);
    expect(stdout).toContain(`Explicit approval needed: --overwrite ${path}`);
  });

  test('that is an edited bundled file is kept, and merged with a setting only with separate approval', async () => {
    const workspace = await finishedWorkspace();
    const edited = textOf(workspace, path).replace('restart: unless-stopped', 'restart: always');
    put(workspace, path, edited);
    const kept = await rollOut(workspace);
    expect(kept).toMatchObject({ exit: 0, stderr: '' });
    expect(kept.stdout).toContain('docker-compose.yml (with your changes: 1 line added, 1 removed)');
    expect(textOf(workspace, path)).toBe(edited);
    put(workspace, 'erp-deploy.config.yaml', 'containers: { api: { port: 3001 } }\n');
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(2);
    expect(problemIn(stderr).todo.join('\n')).toContain(`--overwrite ${path}`);
    expect(textOf(workspace, path)).toBe(edited);
  });
});

describe('a git repository', () => {
  async function repository(files: Readonly<Record<string, string>>): Promise<string> {
    const workspace = emptyWorkspace(files);
    await execa('git', ['init', '--quiet'], { cwd: workspace });
    return workspace;
  }

  const ignored = async (workspace: string, path: string) =>
    (await execa('git', ['check-ignore', '--quiet', '--', path], { cwd: workspace, reject: false }))
      .exitCode === 0;

  test('gets .env and data/ added to its .gitignore, after the existing lines', async () => {
    const own = '# mine\n*.bak';
    const workspace = await repository({ [`${stack}/.gitignore`]: own });
    const refused = await rollOut(workspace, prepare);
    expect(refused.exit).toBe(2);
    expect(problemIn(refused.stderr).todo.join('\n')).toContain(`--overwrite ${stack}/.gitignore`);
    const { exit, stderr } = await rollOut(workspace, [...prepare, '--overwrite', `${stack}/.gitignore`]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(textOf(workspace, `${stack}/.gitignore`)).toBe('# mine\n*.bak\n/.env\n/data/\n');
    expect(await ignored(workspace, `${stack}/.env`)).toBe(true);
    expect(await ignored(workspace, `${stack}/data/PG_VERSION`)).toBe(true);
  });

  test('that already ignores them is not changed', async () => {
    const workspace = await repository({ '.gitignore': '.env\ndata/\n' });
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(textOf(workspace, '.gitignore')).toBe('.env\ndata/\n');
    expect(pathsIn(workspace)).not.toContain(`${stack}/.gitignore`);
  });

  test('does not track the state of erp-deploy or the secrets', async () => {
    const workspace = await repository({});
    expect(await rollOut(workspace, prepare)).toMatchObject({ exit: 0, stderr: '' });
    const { stdout } = await execa('git', ['status', '--porcelain', '--untracked-files=all'], {
      cwd: workspace,
    });
    expect(stdout).not.toContain('.erp-deploy');
    expect(stdout).not.toMatch(/postgres-erp\/\.env$/m);
    expect(stdout).toContain(`${migrations}/validate_schema.sql`);
  });

  test('that tracks .env is a problem, with the command that removes it from git', async () => {
    const workspace = await repository({ [`${stack}/.env`]: 'POSTGRES_PASSWORD=abc\n' });
    await execa('git', ['add', '--force', `${stack}/.env`], { cwd: workspace });
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect(exit).toBe(3);
    expect(problemIn(stderr).todo).toContain(
      `Remove it from the index, but keep the file: git -C ${workspace} rm --cached ${stack}/.env`,
    );
    expect(textOf(workspace, `${stack}/.env`)).toBe('POSTGRES_PASSWORD=abc\n');
  });
});

describe('an entry of the wrong type', () => {
  test('a folder in place of a file is named and not changed', async () => {
    const workspace = emptyWorkspace();
    mkdirSync(join(workspace, stack, 'docker-compose.yml'), { recursive: true });
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect(exit).toBe(4);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0403',
      what: `${stack}/docker-compose.yml should be a file, but is a folder.`,
    });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('a file in place of a folder is named and not changed', async () => {
    const workspace = emptyWorkspace({ 'service-builds/postgres-erp': 'a file\n' });
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, prepare);
    expect(exit).toBe(4);
    expect(problemIn(stderr)).toMatchObject({
      what: 'service-builds/postgres-erp should be a folder, but is a file.',
    });
    expect(treeOf(workspace)).toEqual(before);
  });
});
