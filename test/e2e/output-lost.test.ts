import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { programFile } from '../support/program/erp-deploy.ts';

/** Runs the program with its stdout on a full disk. */
async function ontoFullDisk(words: readonly string[]) {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [programFile(), ...words], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  if (child.stderr === null) throw new Error('the program has no pipe for stderr');
  const [stderr, [exit]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { exit, stderr };
}

/** Runs the program with a reader that ends before the first line. */
async function withoutReader(words: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [programFile(), ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.destroy();
  const [exit] = await once(child, 'close');
  return exit;
}

const prepare = ['--engine', 'embedded', '--phase', 'prepare', '--workspace'];
const lastRecord = (workspace: string) =>
  JSON.parse(
    readFileSync(join(workspace, '.erp-deploy/journal.jsonl'), 'utf8').trimEnd().split('\n').at(-1) ?? '',
  );

it('stops a rollout safely if its output goes to a full disk, and reports it with exit code 4', async () => {
  const workspace = tempFolder();
  const { exit, stderr } = await ontoFullDisk(['run', '--json', ...prepare, workspace]);
  expect({ exit, stderr }).toEqual({ exit: 4, stderr: expect.stringMatching(/^ERP-0905 {2}.*ENOSPC/) });
  expect(stderr).not.toContain('    at ');
  expect(lastRecord(workspace)).toMatchObject({ type: 'interrupted', by: 'a write error (ENOSPC)' });
});

it('exits with 4 if the output of --help goes to a full disk', async () => {
  expect(await ontoFullDisk(['--help'])).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('ERP-0905'),
  });
});

it('without a reader of its output, stops a rollout with 143, and does not change the exit code of a command that changes nothing', async () => {
  const workspace = tempFolder();
  expect(await withoutReader(['run', '--non-interactive', ...prepare, workspace])).toBe(143);
  expect(lastRecord(workspace)).toMatchObject({ type: 'interrupted', by: 'SIGHUP' });
  expect(await withoutReader(['status', '--recorded', '--workspace', workspace])).toBe(0);
});
