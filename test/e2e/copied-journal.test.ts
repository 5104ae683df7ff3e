import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { erpDeploy } from '../support/program/in-process.ts';
import { emptyWorkspace, finishedWorkspace } from '../support/workspace/workspace.ts';

const journal = '.erp-deploy/journal.jsonl';
const undo = (workspace: string, ...flags: readonly string[]) =>
  erpDeploy(workspace, ['rollback', '--non-interactive', '--engine', 'embedded', ...flags]);

it('refuses to undo what the journal of another workspace describes, unless that is allowed', async () => {
  const copy = await finishedWorkspace();
  const other = emptyWorkspace();
  cpSync(copy, other, { recursive: true });
  const refused = await undo(other);
  expect(refused).toMatchObject({ exit: 3, stderr: expect.stringContaining('ERP-0836') });
  expect(existsSync(join(other, 'SERVICE_INVENTORY.md'))).toBe(true);
  expect(await undo(other, '--allow-copied-journal')).toMatchObject({ exit: 0 });
  expect(existsSync(join(other, 'SERVICE_INVENTORY.md'))).toBe(false);
});

it('refuses a journal that does not name the folder in which it was written, as one in a repository may be', async () => {
  const workspace = await finishedWorkspace();
  const text = readFileSync(join(workspace, journal), 'utf8').replaceAll(/"folder":"\d+"/g, '"commit":"x"');
  writeFileSync(join(workspace, journal), text);
  expect(await undo(workspace)).toMatchObject({ exit: 3, stderr: expect.stringContaining('ERP-0836') });
});

it('undoes a rollout in a workspace that was renamed since', async () => {
  const workspace = await finishedWorkspace();
  const renamed = `${workspace}-renamed`;
  onTestFinished(() => rmSync(renamed, { recursive: true, force: true }));
  renameSync(workspace, renamed);
  expect(await undo(renamed)).toMatchObject({ exit: 0, stderr: '' });
});
