import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processTable } from '../../src/adapters/process-table.ts';
import { inDatabaseRun } from '../support/database/embedded-folder.ts';
import { treeOf } from '../support/disk/tree.ts';
import { journalFile } from '../support/kill/journal.ts';
import { erpDeploy as builtErpDeploy } from '../support/program/erp-deploy.ts';
import { erpDeploy, rollOut } from '../support/program/in-process.ts';
import { problemIn } from '../support/program/problems.ts';
import {
  emptyWorkspace,
  finishedWorkspace,
  handOver,
  put,
  stack,
  textOf,
} from '../support/workspace/workspace.ts';

const status = (workspace: string, ...flags: string[]) => erpDeploy(workspace, ['status', ...flags]);
const lastLine = (stdout: string) => stdout.trimEnd().split('\n').at(-1);

describe('status', () => {
  test('of an empty folder shows every step as pending, and creates nothing', async () => {
    const workspace = emptyWorkspace();
    const { exit, stdout, stderr } = await status(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(lastLine(stdout)).toBe(
      'info: 0 done, 0 drifted, 17 pending; a run resumes at 0.1: erp-deploy run',
    );
    expect(treeOf(workspace)).toEqual([]);
  });

  test('of a finished rollout checks the actual state again, and finds everything done', async () => {
    const workspace = await finishedWorkspace();
    const before = treeOf(workspace);
    const { exit, stdout, stderr } = await status(workspace);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/2\.3 +validation +done +38 tables/);
    expect(lastLine(stdout)).toBe('info: 17 done, 0 drifted, 0 pending; nothing is left to do');
    expect(treeOf(workspace)).toEqual(before);
  });

  test('shows another operator that the last rollout failed, at which step and why, until it is completed', async () => {
    const file = `${stack}/migrations/100_own.sql`;
    const workspace = await finishedWorkspace({ [file]: 'select 1 / 0;\n' });
    expect((await rollOut(workspace)).exit).toBe(4);
    const failed =
      /^warning: the last rollout, by \S+@\S+, failed in step \d\.\d at \S+: ERP-0510 100_own\.sql, line 1/m;
    expect((await status(workspace)).stdout).toMatch(failed);
    expect((await status(workspace, '--recorded')).stdout).toMatch(failed);
    put(workspace, file, 'select 1;\n');
    expect((await rollOut(workspace)).exit).toBe(0);
    expect((await status(workspace)).stdout).not.toContain('failed');
  });

  test('reports a missing file, and where a run resumes', async () => {
    const workspace = await finishedWorkspace();
    rmSync(join(workspace, stack, 'docker-compose.yml'));
    const { exit, stdout } = await status(workspace);
    expect(exit).toBe(5);
    expect(stdout).toMatch(/0\.2 .* drifted +service-builds\/postgres-erp\/docker-compose\.yml: missing/);
    expect(lastLine(stdout)).toMatch(/16 done, 1 drifted, 0 pending; a run resumes at 0\.2/);
  });

  test('counts a changed migration as drift once, and reports the steps that depend on it as blocked', async () => {
    const workspace = await finishedWorkspace();
    const file = `${stack}/migrations/001_erp_schema.sql`;
    put(workspace, file, `${textOf(workspace, file)}-- a line\n`);
    const { exit, stdout } = await status(workspace);
    expect(exit).toBe(5);
    expect(stdout).toMatch(/2\.3 +validation +blocked +by 1\.1: needs every migration applied/);
    expect(stdout).toMatch(/4\.4 .* blocked +by 1\.1:/);
    expect(lastLine(stdout)).toMatch(
      /6 done, 2 drifted, 9 blocked by that, 0 pending; a run resumes at 1\.1/,
    );
  });

  test('reports an index that is missing in the database by name', async () => {
    const workspace = await finishedWorkspace();
    await inDatabaseRun(workspace, 'drop index agent.blocks_vector_key_idx');
    const { exit, stdout, stderr } = await status(workspace);
    expect(exit).toBe(5);
    expect(stdout).toMatch(/2\.3 +validation +drifted/);
    expect(problemIn(stderr).excerpt).toEqual(['index agent.blocks_vector_key_idx: missing']);
  });

  test('does not open a database that another process has open', async () => {
    const workspace = await lockedWorkspace();
    const { exit, stderr } = await builtErpDeploy(workspace, ['status']);
    expect(exit).toBe(6);
    expect(problemIn(stderr)).toMatchObject({
      code: 'ERP-0210',
      why: expect.stringContaining('erp-deploy run'),
    });
  });
});

describe('status --recorded', () => {
  test('uses no engine, even if no journal names one', async () => {
    const workspace = emptyWorkspace({ 'bin/docker': '#!/bin/sh\ntouch "$MARK"\n' });
    chmodSync(join(workspace, 'bin/docker'), 0o755);
    const mark = join(workspace, 'asked');
    const env = { PATH: `${workspace}/bin:${process.env.PATH}`, MARK: mark };
    expect(await erpDeploy(workspace, ['status', '--recorded'], { env })).toMatchObject({
      exit: 0,
      stderr: '',
    });
    expect(existsSync(mark)).toBe(false);
  });

  test('reads only the journal, and reports that, while another process has the database open', async () => {
    const workspace = await lockedWorkspace();
    const { exit, stdout, stderr } = await builtErpDeploy(workspace, ['status', '--recorded']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toMatch(/2\.3 +validation +recorded +38 tables .* \(checked 20\S+Z\)/);
    expect(lastLine(stdout)).toBe(
      'info: read only from the journal, nothing was checked; no rollout is unfinished',
    );
  });

  test('needs neither the database nor the files', async () => {
    const workspace = await finishedWorkspace();
    rmSync(join(workspace, 'service-builds'), { recursive: true });
    handOver(workspace);
    chmodSync(join(workspace, '.erp-deploy/embedded'), 0);
    const { exit, stderr } = await builtErpDeploy(workspace, ['status', '--recorded'], {
      unprivileged: true,
    });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  });

  test('shows where an unfinished rollout resumes', async () => {
    const workspace = await finishedWorkspace();
    const lines = textOf(workspace, journalFile).split('\n');
    const cut = lines.findIndex((line) => line.includes('"type":"verified","step":"2.2"'));
    put(workspace, journalFile, `${lines.slice(0, cut).join('\n')}\n`);
    const { exit, stdout } = await status(workspace, '--recorded');
    expect(exit).toBe(0);
    expect(lastLine(stdout)).toMatch(/is unfinished and resumes at 2\.2: erp-deploy run$/);
  });
});

/** Makes a running process, that of this test, hold the lock of a workspace. */
async function lockedWorkspace(): Promise<string> {
  const workspace = await finishedWorkspace();
  const holder = { command: 'erp-deploy run', since: '2026-11-22T21:04:00.000Z', released: false };
  const lock = JSON.stringify({ ...(await processTable().self()), ...holder });
  put(workspace, '.erp-deploy/lock/99.json', `${lock}\n`);
  return workspace;
}
