import { expect, test } from 'vitest';
import { inDatabase, inDatabaseRun } from '../support/database/embedded-folder.ts';
import { journalOf } from '../support/kill/journal.ts';
import { programFile } from '../support/program/erp-deploy.ts';
import { Terminal } from '../support/wizard/terminal.ts';
import { askedAbout, expectReadable, seen } from '../support/wizard/wizard.ts';
import { finishedWorkspace, textOf } from '../support/workspace/workspace.ts';

function openRollback(workspace: string): Terminal {
  return Terminal.start([process.execPath, programFile(), 'rollback'], { cwd: workspace });
}

test('a rollback shows what it would undo, asks before it drops rows, and keeps them if the answer is no', async () => {
  const workspace = await finishedWorkspace();
  await inDatabaseRun(workspace, "insert into erp.people (full_name) values ('Ada')");
  const wizard = openRollback(workspace);
  const plan = await wizard.until(seen.plan);
  expect(plan).toContain('undo ');
  wizard.press('a');
  const asked = await askedAbout(wizard, '2.2', 'n decline');
  expect(asked).toContain('erp.people (1 rows)');
  wizard.press('n');
  expect(await askedAbout(wizard, '2.2', 'r ask again')).not.toContain('edit answer');
  wizard.press('q');
  expect(await wizard.exit()).toBe(130);
  expectReadable(wizard);
  const rows = await inDatabase(workspace, (session) => session.query('select full_name from erp.people'));
  expect(rows).toHaveLength(1);

  const again = openRollback(workspace);
  await again.until(seen.plan);
  again.press('a');
  await askedAbout(again, '2.2', 'n decline');
  again.press('y');
  expect(await again.exit()).toBe(0);
  expect(again.history()).toContain('12 undone');
  expect(again.history()).toContain('kept: service-builds/postgres-erp/.env is never touched');
  expect(again.history()).toMatch(/Next: erp-deploy plan$/m);
  expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'undone' });
  expect(textOf(workspace, 'service-builds/postgres-erp/.env')).toContain('POSTGRES_PASSWORD=');
});

test('a rollback that is quit at its plan changes nothing', async () => {
  const workspace = await finishedWorkspace();
  const before = journalOf(workspace);
  const wizard = openRollback(workspace);
  await wizard.until(seen.plan);
  wizard.press('q');
  expect(await wizard.exit()).toBe(0);
  expect(wizard.history()).toContain('nothing was changed');
  expect(journalOf(workspace)).toEqual(before);
});
