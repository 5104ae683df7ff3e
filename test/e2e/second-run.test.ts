import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databaseOf } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { journalFile } from '../support/kill/journal.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { emptyWorkspace, finishedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

describe('a rollout that has finished', () => {
  test('changes nothing when it is run again: not a byte, a mode, a time, a row or the ledger', async () => {
    const workspace = await finishedWorkspace();
    const before = { tree: treeOf(workspace), database: await databaseOf(workspace) };
    const journal = textOf(workspace, journalFile);
    const { exit, stdout, stderr } = await rollOut(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/^done: 0 done, 17 unchanged, 10 skipped, 0 failed/m);
    expect({ tree: treeOf(workspace), database: await databaseOf(workspace) }).toEqual(before);
    expect(textOf(workspace, journalFile)).toBe(journal);
  });

  test('has a plan without changes', async () => {
    const workspace = await finishedWorkspace();
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['plan', '--engine', 'embedded']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Nothing to change.');
    expect(treeOf(workspace)).toEqual(before);
  });

  test('restores what was deleted, and changes nothing else', async () => {
    const workspace = await finishedWorkspace();
    const lost = `${stack}/docker-compose.yml`;
    rmSync(join(workspace, lost));
    const others = () =>
      treeOf(workspace).filter((line) => !line.startsWith(lost) && !line.includes(' folder'));
    const before = others();
    const { exit, stdout } = await rollOut(workspace);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^done: 1 done, 16 unchanged/m);
    expect(others()).toEqual(before);
  });
});

describe('a plan in an empty folder', () => {
  test('shows every change and makes none, not even its state folder', async () => {
    const workspace = emptyWorkspace();
    const { exit, stdout, stderr } = await erpDeploy(workspace, ['plan', '--engine', 'embedded']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('+ write service-builds/postgres-erp/docker-compose.yml');
    expect(stdout).toContain('+POSTGRES_PASSWORD=<generated>');
    expect(stdout).not.toMatch(/^ *\+\+\+/m);
    expect(stdout).toMatch(
      /apply 002_agent_schema\.sql to the embedded database \(details known after 1\.2\)/,
    );
    expect(readdirSync(workspace)).toEqual([]);
  });
});
