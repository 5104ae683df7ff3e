import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inDatabaseRun } from '../support/database/embedded-folder.ts';
import { journalOf } from '../support/kill/journal.ts';
import { keys, type Terminal } from '../support/wizard/terminal.ts';
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
} from '../support/wizard/wizard.ts';
import { finishedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

const lessons = `${stack}/LESSONS_LEARNED.md`;

/** Returns how many objects of a group were checked, in each frame that shows it, as it grew. */
function growthOf(group: string, frames: readonly string[]): readonly number[] {
  const counts = frames.flatMap((frame) => {
    const [, done] = new RegExp(`│ ${group} +(?:[█░]+ +)?(\\d+)/`).exec(frame) ?? [];
    return done === undefined ? [] : [Number(done)];
  });
  return counts.filter((count, index) => count !== counts[index - 1]);
}

/** Types and pastes lessons, and approves the file that results. */
async function tellLessons(wizard: Terminal): Promise<void> {
  await wizard.until(seen.lessons);
  expect(wizard.text()).toContain('⏎ skip');
  wizard.press('Measure firsty');
  await wizard.until('› Measure firsty▏');
  wizard.press(keys.backspace);
  wizard.press('\x1b[200~.\nThen *cut*.\n\x1b[201~');
  await wizard.until(/› Measure first\.\n +Then \*cut\*\.\n[\s\S]*⏎ save/);
  wizard.press(keys.enter);
  const shown = await askedAbout(wizard, '5.3');
  expect(shown).not.toContain('beyond');
  await scrollTo(wizard, '+Then *cut*.');
  wizard.press('y');
}

describe.each(looks)('a plan that is applied as a whole, at $look', (look) => {
  test('shows the validation object by object, and leaves a summary in the scrollback', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace, look);
    await wizard.until(seen.plan);
    wizard.press('a');
    await wizard.until(/2\.3 validation +●/);
    wizard.press('p');
    const frames = wizard.record();
    const bar = look.columns < 80 ? '' : '█{16} +';
    const full = await wizard.until(new RegExp(`behaviour +${bar}73/73`));
    for (const [group, total] of [
      ['tables', 38],
      ['foreign keys', 34],
      ['triggers', 28],
      ['behaviour', 73],
    ] as const) {
      const growth = growthOf(group, frames);
      expect(growth.at(-1), group).toBe(total);
      expect(
        growth.filter((count) => count > 0 && count < total).length,
        `${group} in between`,
      ).toBeGreaterThan(1);
      expect(growth, group).toEqual(growth.toSorted((a, b) => a - b));
    }
    expect(full).toMatch(new RegExp(`generated +${bar}1/1`));
    const pane = full.replace(/\n[^\n│]*│ */g, ' ').replace(/ +/g, ' ');
    // A large screen has a cell for each table, and a small one room for the bars only.
    if (look.columns > 80)
      expect(pane).toContain('erp core ██████ erp pattern 8 ████████ agent memory ██████');
    if (look.columns === 80)
      expect(pane).toContain('erp core 6/6 · pattern 8 8/8 · agent memory 6/6 · configuration 4/4 ·');
    if (look.columns >= 80) expect(pane).toContain('erp 16/16 · agent 15/15 · ⇄ across schemas 3/3');
    // The database computes this value from 10 and 12.
    if (look.columns >= 80)
      expectShown(pane, '✔ erp.execution_runs.variance_pct estimated 10, actual 12 → 20 %');
    expect(pane).toMatch(/✔ agent\.sessions\.client_person_id → er\S* ⇄|✔ agent\.sessions\.clien\S* ⇄/);
    await wizard.until('paused');
    wizard.press(keys.up);
    await wizard.until(/▸2\.2/);
    wizard.press(keys.down);
    await wizard.until(/▸2\.3 validation/);
    wizard.press(keys.enter);
    await wizard.until(/^ ✔ 2\.3 validation +done/m);
    await scrollTo(wizard, 'tables 38/38');
    await scrollTo(wizard, 'agent graph and blocks 4/4');
    await scrollTo(wizard, '⇄ across schemas 3/3');
    wizard.press(keys.escape);
    await wizard.until(/▸2\.3 validation/);
    wizard.press('p');
    await tellLessons(wizard);
    expect(await wizard.exit()).toBe(0);
    expect(textOf(workspace, lessons)).toContain(
      '## Notes\n\nMeasure first.\nThen *cut*.\n\n## Collected from the journal\n\nNo step failed',
    );
    const left = wizard.history();
    expect(left).toMatch(/^erp-deploy \S+: done in [\d.]+ s/m);
    expect(left).toContain('✔ 17 done');
    expect(left).toContain('– 0.4 skipped: Coda_to_Postgres/ERP_postgres_starter copy.sql does not exist');
    expect(left).toContain(`Journal: ${join(workspace, '.erp-deploy/journal.jsonl')}`);
    expect(left).toContain('Next: erp-deploy validate');
    expect(wizard.modes().alternateScreen).toBe(false);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    expectReadable(wizard, look);
  });
});

describe.each(looks)('a database that drifted, at $look', (look) => {
  test('shows the first difference with the SQL that would restore it', async () => {
    const workspace = await finishedWorkspace();
    configure(workspace);
    await inDatabaseRun(
      workspace,
      `alter table erp.tasks drop constraint tasks_assignee_id_fkey;
       alter table agent.events disable trigger events_set_updated_at`,
    );
    const wizard = openWizard(workspace, look);
    const failed = await askedAbout(wizard, '2.3', seen.failure);
    expect(failed).toContain('✖      ERP-0530');
    expectShown(failed, 'differs from the migrations in 2 places');
    expectShown(failed, '✖ foreign key tasks_assignee_id_fkey on erp.tasks: missing repair alter table');
    expectShown(failed, '✖ trigger events_set_updated_at on agent.events: enabled why');
    await scrollTo(wizard, 'Print the repair SQL: erp-deploy validate --engine embedded --repair-sql');
    wizard.press(keys.escape);
    await wizard.until(/foreign keys +(?:█+ +)?34\/34 ✖ 1/);
    expect(wizard.text()).toMatch(/triggers +(?:█+ +)?28\/28 ✖ 1/);
    wizard.press('q');
    expect(await wizard.exit()).toBe(5);
    expectReadable(wizard, look);
  });
});

test('a database that was restored passes the next check', async () => {
  const workspace = await finishedWorkspace();
  configure(workspace);
  await inDatabaseRun(workspace, 'alter table agent.events disable trigger events_set_updated_at');
  const drifted = openWizard(workspace);
  await askedAbout(drifted, '2.3', seen.failure);
  drifted.press('q');
  await drifted.exit();
  await inDatabaseRun(workspace, 'alter table agent.events enable trigger events_set_updated_at');
  const restored = openWizard(workspace, { words: ['--until', '2.3'] });
  expect(await restored.exit()).toBe(0);
});
