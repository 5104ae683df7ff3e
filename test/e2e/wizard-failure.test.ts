import { describe, expect, test } from 'vitest';
import { ledgerIn } from '../support/database/embedded-folder.ts';
import { journalOf } from '../support/kill/journal.ts';
import { keys } from '../support/wizard/terminal.ts';
import {
  askedAbout,
  configure,
  configured,
  expectReadable,
  expectShown,
  looks,
  openWizard,
  scrollTo,
  seen,
  skipBecause,
  withoutLessons,
} from '../support/wizard/wizard.ts';
import { finishedWorkspace, migrations, put, textOf } from '../support/workspace/workspace.ts';

const own = `${migrations}/100_own.sql`;
const faulty = 'create table erp.tag (id int primary key);\ninsert into erp.tags values (1);\nselect 3;\n';
const fixed = faulty.replace('erp.tags', 'erp.tag');

async function finished(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const workspace = await finishedWorkspace(files);
  configure(workspace);
  return workspace;
}

/** Makes a workspace whose starter schema is a folder, which 0.4 cannot read. */
function unreadableStarter(): string {
  const workspace = configured({ 'mine.sql/inside.txt': '' });
  put(workspace, 'erp-deploy.config.yaml', 'engine: embedded\nstarter-schema: mine.sql\n');
  return workspace;
}

describe.each(looks)('a failure, at $look', (look) => {
  test('is shown with its reason, the fix and the lines around the fault; q quits, and the journal records it', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace, look);
    await wizard.until(seen.plan);
    wizard.press('a');
    const failed = await askedAbout(wizard, '2.2', seen.failure);
    expect(failed).toMatch(/✖ 2\.2 migrations/);
    expect(failed).toContain('✖      ERP-0510');
    expect(failed).not.toContain('CREATE TABLE');
    expectShown(failed, 'what 100_own.sql, line 2: relation "erp.tags" does not exist (42P01).');
    expect(failed).toContain('> 2 | insert into erp.tags values (1);');
    expect(failed).toMatch(/^ why {4}PostgreSQL rejected the statement/m);
    expect(failed).toMatch(/^ do {5}Fix the file/m);
    expect(wizard.styleOf('100_own.sql, line 2').foreground).toBe('env' in look ? 'default' : 'palette 1');
    wizard.press(keys.escape);
    await wizard.until(/▸2\.2 migrations +✖/);
    wizard.press('q');
    expect(await wizard.exit()).toBe(4);
    const left = wizard.history();
    expect(left).toContain('✖ 2.2 migrations failed');
    expect(left).toContain('ERP-0510  100_own.sql, line 2');
    expect(left).toContain('> 2 | insert into erp.tags values (1);');
    expect(left).toMatch(/Next: erp-deploy --engine embedded$/m);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'failed', step: '2.2', code: 'ERP-0510' });
    expectReadable(wizard, look);
  });

  test('can be fixed by another answer in the setup, after which the rollout is retried', async () => {
    const workspace = unreadableStarter();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await askedAbout(wizard, '0.4', seen.failure);
    wizard.press('e');
    await wizard.until('Which answer do you want to edit?');
    wizard.press(keys.escape);
    await askedAbout(wizard, '0.4', seen.failure);
    wizard.press('e');
    await wizard.until(/▸ Production +\(empty: production is skipped/);
    wizard.press(keys.down.repeat(3));
    await wizard.until(/▸ Starter schema +mine\.sql/);
    expect(wizard.text()).not.toContain('retry');
    wizard.press(keys.enter);
    await wizard.until('mine.sql▏');
    wizard.press(`${keys.backspace.repeat(8)}none.sql`);
    await wizard.until('none.sql▏');
    wizard.press(keys.enter);
    await wizard.until('n retry without saving');
    wizard.press('n');
    await wizard.until(seen.plan);
    expect(wizard.text()).not.toContain(seen.resume);
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain('0.4 skipped: none.sql does not exist');
    expect(textOf(workspace, 'erp-deploy.config.yaml')).toContain('starter-schema: mine.sql');
    expectReadable(wizard, look);
  });

  test('can be skipped with a reason, which the journal records', async () => {
    const workspace = unreadableStarter();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await askedAbout(wizard, '0.4', seen.failure);
    wizard.press('s');
    await wizard.until(seen.reason);
    expect(wizard.text()).not.toContain('⏎ skip step');
    wizard.press(keys.enter);
    wizard.press('not now?');
    await wizard.until('not now?▏');
    wizard.press(keys.escape);
    await wizard.until(seen.failure);
    await skipBecause(wizard, 'not now');
    await wizard.until(seen.plan);
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toContain('– 0.4 skipped: not now');
    expect(journalOf(workspace)).toContainEqual(
      expect.objectContaining({ type: 'skipped', step: '0.4', reason: 'not now' }),
    );
    expectReadable(wizard, look);
  });
});

test.each(looks)(
  'a file that was fixed is checked again, and needs a new approval, at $look',
  async (look) => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace, look);
    await wizard.until(seen.plan);
    wizard.press('a');
    await askedAbout(wizard, '2.2', seen.failure);
    put(workspace, own, fixed);
    wizard.press('r');
    const more = await askedAbout(wizard, '2.2');
    expect(more).toContain('This goes beyond what you approved');
    wizard.press('y');
    await withoutLessons(wizard);
    // The failure is a lesson, which could not be approved beforehand.
    const lesson = await askedAbout(wizard, '5.3');
    expect(lesson).toContain('This goes beyond what you approved');
    await scrollTo(wizard, 'step 2.2 failed: 100_own.sql, line 2');
    wizard.press('y');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).not.toContain('ERP-0510');
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
  },
);

describe.each(looks)('a failed step that others depend on, at $look', (look) => {
  test('can be skipped together with them by one answer and one reason, and this can be reverted', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace, look);
    await wizard.until(seen.plan);
    wizard.press('a');
    await askedAbout(wizard, '2.2', 's skip \\d+ steps');
    wizard.press('s');
    await wizard.until(
      /Why skip 2\.2 migrations, and the \d steps that depend on\s+it\?[\s\S]*– 2\.3 validation/,
    );
    wizard.press('not now');
    await wizard.until('not now▏');
    wizard.press(keys.enter);
    await wizard.until(/⏎ finish {2}u take back \d+ skips/);
    expect(journalOf(workspace)).toContainEqual(
      expect.objectContaining({ type: 'skipped', step: '2.3', reason: 'not now' }),
    );
    put(workspace, own, fixed);
    wizard.press('u');
    await wizard.until(seen.plan);
    wizard.press('a');
    await withoutLessons(wizard);
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).not.toContain('not now');
    expect(await ledgerIn(workspace)).toContain('100_own.sql');
  });

  test('stays skipped with them if the operator finishes', async () => {
    const workspace = await finished({ [own]: faulty });
    const wizard = openWizard(workspace, look);
    await wizard.until(seen.plan);
    wizard.press('a');
    await askedAbout(wizard, '2.2', seen.failure);
    await skipBecause(wizard, 'not now');
    await wizard.until('⏎ finish');
    wizard.press(keys.enter);
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toMatch(/– 2\.2–2\.\d skipped: not now/);
  });
});
