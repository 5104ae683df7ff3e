import { describe, expect, test } from 'vitest';
import { inDatabaseRun, ledgerIn } from '../support/embedded-folder.ts';
import { journalOf } from '../support/journal.ts';
import { keys } from '../support/terminal.ts';
import { askedAbout, configure, configured, openWizard, seen, skipBecause } from '../support/wizard.ts';
import { finishedWorkspace, migrations, put, textOf } from '../support/workspace.ts';

const own = `${migrations}/100_own.sql`;
const faulty = 'create table erp.tag (id int primary key);\ninsert into erp.tags values (1);\nselect 3;\n';
const mended = faulty.replace('erp.tags', 'erp.tag');

async function finished(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const workspace = await finishedWorkspace(files);
  configure(workspace);
  return workspace;
}

describe('a migration that fails while it runs', () => {
  test('is shown with what, why, what to do and its lines; mended, it is looked at again', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('a');
    const failed = await askedAbout(wizard, '2.2', seen.failure);
    expect(failed).toMatch(/✖ 2\.2 migrations/);
    expect(failed).toContain('✖      ERP-0510');
    expect(failed).toContain('what   100_own.sql, line 2: relation "erp.tags" does not exist (42P01).');
    expect(failed).toContain('> 2 | insert into erp.tags values (1);');
    expect(failed).toMatch(/^ why {4}PostgreSQL refused the statement/m);
    expect(failed).toMatch(/^ do {5}Mend the file/m);
    expect(wizard.styleOf('100_own.sql, line 2').foreground).toBe('palette 1');
    wizard.press(keys.escape);
    await wizard.until(/▸2\.2 migrations +✖/);
    wizard.press('r');
    await askedAbout(wizard, '2.2', seen.failure);

    put(workspace, own, mended);
    wizard.press('r');
    // The file is another one than the one that was confirmed.
    const more = await askedAbout(wizard, '2.2');
    expect(more).toContain('This goes beyond what was confirmed');
    wizard.press('y');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).not.toContain('ERP-0510');
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
  });

  test('can be left with q: the summary says what failed, and the journal keeps it', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace, { columns: 120, rows: 40 });
    await wizard.until(seen.plan);
    wizard.press('a');
    await askedAbout(wizard, '2.2', seen.failure);
    wizard.press('q');
    expect(await wizard.exit()).toBe(4);
    const left = wizard.history();
    expect(left).toContain('✖ 2.2 migrations failed');
    expect(left).toContain('ERP-0510  100_own.sql, line 2');
    expect(left).toContain('> 2 | insert into erp.tags values (1);');
    expect(left).toMatch(/Next: erp-deploy$/m);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'failed', step: '2.2', code: 'ERP-0510' });
  });

  test('can be skipped with a reason; what needs it says so', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('a');
    await askedAbout(wizard, '2.2', seen.failure);
    wizard.press('s');
    await wizard.until(seen.reason);
    wizard.press(keys.enter);
    wizard.press('not now?');
    await wizard.until('not now?▏');
    wizard.press(keys.escape);
    await wizard.until(seen.failure);
    await skipBecause(wizard, 'not now');
    const unmet = await askedAbout(wizard, '2.3', seen.failure);
    expect(unmet).toContain('what step 2.2 makes: every migration applied');
    wizard.press('q');
    expect(await wizard.exit()).toBe(3);
    expect(wizard.history()).toContain('– 2.2 skipped: not now');
  });
});

describe('a database that drifted', () => {
  test('fails the validation with what differs, and passes once it is restored', async () => {
    const workspace = await finished();
    await inDatabaseRun(workspace, 'alter table erp.tasks drop constraint tasks_assignee_id_fkey');
    const wizard = openWizard(workspace);
    const failed = await askedAbout(wizard, '2.3', seen.failure);
    expect(failed).toContain('✖      ERP-0530');
    expect(failed).toContain('foreign key tasks_assignee_id_fkey on erp.tasks: missing');
    expect(failed).toContain('Restore: erp-deploy validate --repair-sql');
    wizard.press('q');
    expect(await wizard.exit()).toBe(5);
    await inDatabaseRun(
      workspace,
      'alter table erp.tasks add constraint tasks_assignee_id_fkey foreign key (assignee_id) references erp.people (id) on delete set null',
    );
    const again = openWizard(workspace, { columns: 120, rows: 40 });
    await again.until(seen.plan);
    again.press('a');
    expect(await again.exit()).toBe(0);
  });
});

describe('an answer', () => {
  test('is edited after a failure, and the roll-out tried again with it', async () => {
    const workspace = configured({ 'mine.sql/inside.txt': '' });
    put(workspace, 'erp-deploy.config.yaml', 'engine: embedded\nstarter-schema: mine.sql\n');
    const wizard = openWizard(workspace, { words: ['--until', '0.5'] });
    await askedAbout(wizard, '0.4', seen.failure);
    wizard.press('e');
    await wizard.until('erp-db.bestviable.com▏');
    wizard.press(keys.enter);
    await wizard.until('› mine.sql▏');
    wizard.press(`${keys.backspace.repeat(8)}none.sql`);
    await wizard.until('› none.sql▏');
    wizard.press(keys.enter);
    await wizard.until('n use them once');
    wizard.press('n');
    await wizard.until(seen.plan);
    expect(wizard.text()).not.toContain(seen.resume);
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain('0.4 skipped: no none.sql here');
    expect(textOf(workspace, 'erp-deploy.config.yaml')).toContain('starter-schema: mine.sql');
  });
});
