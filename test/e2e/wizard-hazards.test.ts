import { afterAll, beforeAll, expect, test } from 'vitest';
import { notes, type PopulatedServer, populatedServer } from '../support/production/populated-server.ts';
import { rollOut } from '../support/program/in-process.ts';
import { askedAbout, configure, openWizard, seen } from '../support/wizard/wizard.ts';
import { finishedWorkspace, migrations } from '../support/workspace/workspace.ts';

let production: PopulatedServer;
beforeAll(async () => {
  production = await populatedServer();
});
afterAll(() => production.stop());

test('a terminal of 80 × 24 shows the hazards of a migration with each approval that it needs', async () => {
  const workspace = await finishedWorkspace({
    [`${migrations}/${notes.name}`]: notes.text,
    [`${migrations}/101_mine.sql`]:
      'create index on erp.notes (title);\nalter table erp.tags drop column tag;\n',
  });
  configure(workspace);
  expect((await rollOut(workspace, ['--only', '2.2', '2.3'])).exit).toBe(0);
  const words = ['--only', '3.3', '--database-url', production.url];
  const wizard = openWizard(workspace, { words, columns: 80, rows: 24 });
  await wizard.until(seen.plan);
  wizard.press('a');
  const populated = await askedAbout(wizard, '3.3', 'n decline');
  expect(populated).toContain('line 1: CREATE INDEX without CONCURRENTLY');
  expect(populated).toMatch(/SHARE on erp\.notes \(estimate: 500 rows, \d+ kB\)/);
  expect(populated).not.toContain('DROP COLUMN');
  wizard.press('y');
  const losing = await wizard.until('101_mine.sql can lose data');
  expect(losing).toContain('line 2: DROP COLUMN');
  expect(losing).toMatch(/ACCESS EXCLUSIVE on erp\.tags \(estimate: 500 rows, \d+ kB\)/);
  for (const line of losing.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  wizard.press('n');
  const declined = await askedAbout(wizard, '3.3', 'r ask again');
  expect(declined).toContain('You declined this change. Nothing of it was done.');
  wizard.press('q');
  await wizard.exit();
  expect(await production.ask('select count(tag)::int as tags from erp.tags')).toEqual({ tags: 500 });
});
