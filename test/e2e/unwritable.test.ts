import { chmodSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ledgerIn } from '../support/database/embedded-folder.ts';
import { smallDisk } from '../support/disk/small-disk.ts';
import { treeOf } from '../support/disk/tree.ts';
import { journalFile, journalOf } from '../support/kill/journal.ts';
import { erpDeploy, rollOut } from '../support/program/erp-deploy.ts';
import { problemIn } from '../support/program/problems.ts';
import { emptyWorkspace, handOver, migrations, stack, textOf } from '../support/workspace/workspace.ts';

describe('a workspace that is not writable', () => {
  test('by this user is a missing prerequisite, and is not changed', async () => {
    const workspace = emptyWorkspace({ 'mine.txt': 'mine\n' });
    chmodSync(workspace, 0o555);
    const before = treeOf(workspace);
    const { exit, stderr } = await rollOut(workspace, [], { unprivileged: true });
    expect(exit).toBe(3);
    const { code, why } = problemIn(stderr);
    expect(code).toBe('ERP-0401');
    expect(why).toContain('permission denied (EACCES)');
    expect(treeOf(workspace)).toEqual(before);
  });

  test('can still be planned', async () => {
    const workspace = emptyWorkspace();
    chmodSync(workspace, 0o555);
    const { exit, stderr } = await erpDeploy(workspace, ['plan', '--engine', 'embedded'], {
      unprivileged: true,
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  test('in one folder is reported with that folder, and earlier changes are kept', async () => {
    const workspace = emptyWorkspace();
    mkdirSync(join(workspace, migrations), { recursive: true });
    handOver(workspace);
    chmodSync(join(workspace, migrations), 0o555);
    const failed = await rollOut(workspace, ['--until', '0.5'], { unprivileged: true });
    expect(failed.exit).toBe(3);
    expect(problemIn(failed.stderr).what).toBe(`Could not write ${migrations}/validate_schema.sql.`);
    expect(failed.stdout).toMatch(/0\.2 .* done/);

    chmodSync(join(workspace, migrations), 0o755);
    const { exit, stdout } = await rollOut(workspace, ['--until', '0.5'], { unprivileged: true });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 1 done, 3 unchanged/m);
  });

  test('because its file system is read-only is reported', async () => {
    const disk = smallDisk('1m');
    disk.lock();
    const { exit, stderr } = await rollOut(disk.path);
    expect(exit).toBe(3);
    expect(problemIn(stderr).why).toContain('the file system is read-only (EROFS)');
  });
});

describe('a full disk', () => {
  test('prevents the creation of the database, and the next run creates it when there is space', async () => {
    const disk = smallDisk('20m');
    const failed = await rollOut(disk.path);
    expect(failed.exit).toBe(4);
    const { todo, why, what } = problemIn(failed.stderr);
    expect(`${what} ${why}`).toMatch(/full disk.*\(ENOSPC\)/);
    expect(todo.join('\n')).toContain('df -h');
    expect(failed.stdout).toMatch(/2\.1 +start database +failed/);

    disk.resize('300m');
    const { exit, stdout, stderr } = await rollOut(disk.path);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/0\.2 .* unchanged/);
    expect(await ledgerIn(disk.path)).toEqual(['001_erp_schema.sql', '002_agent_schema.sql']);
  });

  test.each([4, 12, 32, 64, 100] as const)(
    'of %i kB stops the run at some file and loses nothing, and the next run completes when there is space',
    async (kilobytes) => {
      const disk = smallDisk(`${kilobytes}k`);
      const failed = await rollOut(disk.path, ['--until', '1.1']);
      expect(failed.exit).toBe(4);
      expect(problemIn(failed.stderr)).toMatchObject({
        code: 'ERP-0402',
        why: expect.stringContaining('the disk is full'),
      });

      disk.resize('10m');
      if (existsSync(join(disk.path, journalFile))) journalOf(disk.path);
      const { exit, stderr } = await rollOut(disk.path, ['--until', '1.1']);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(treeOf(disk.path).filter((line) => line.includes('.tmp'))).toEqual([]);
    },
  );
});

describe('links', () => {
  test('are followed: their targets are written, and they stay links', async () => {
    const workspace = emptyWorkspace({ 'elsewhere/compose.yml': '', 'elsewhere/stack/keep.txt': '' });
    mkdirSync(join(workspace, 'service-builds'));
    symlinkSync('../elsewhere/stack', join(workspace, stack));
    symlinkSync('../compose.yml', join(workspace, 'elsewhere/stack/docker-compose.yml'));
    const flags = ['--until', '0.5', '--overwrite', `${stack}/docker-compose.yml`];
    expect(await rollOut(workspace, flags)).toMatchObject({ exit: 0, stderr: '' });
    expect(textOf(workspace, 'elsewhere/compose.yml')).toContain('postgres-erp:');
    const links = treeOf(workspace).filter((line) => line.includes(' -> '));
    expect(links).toHaveLength(2);
    const before = treeOf(workspace);
    expect(await rollOut(workspace, ['--until', '0.5'])).toMatchObject({ exit: 0, stderr: '' });
    expect(treeOf(workspace)).toEqual(before);
  });

  test('to a migration elsewhere are read like files', async () => {
    const workspace = emptyWorkspace({ 'sql/tag.sql': 'commit;\n' });
    mkdirSync(join(workspace, migrations), { recursive: true });
    symlinkSync('../../../sql/tag.sql', join(workspace, migrations, '100_tag.sql'));
    const { exit, stderr } = await rollOut(workspace);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toBe('100_tag.sql: 1 fault; nothing was applied.');
  });

  test('that form a loop are reported', async () => {
    const workspace = emptyWorkspace();
    symlinkSync('service-builds', join(workspace, 'service-builds'));
    const { exit, stderr } = await rollOut(workspace, ['--until', '0.1']);
    expect(exit).toBe(4);
    expect(problemIn(stderr).what).toMatch(/a loop of symbolic links/);
  });
});
