import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { treeOf } from '../support/disk/tree.ts';
import { journalOf } from '../support/kill/journal.ts';
import { keys } from '../support/wizard/terminal.ts';
import {
  allLooks,
  askedAbout,
  configured,
  expectReadable,
  expectShown,
  looks,
  openWizard,
  scrollTo,
  seen,
  skipBecause,
} from '../support/wizard/wizard.ts';
import { put, textOf } from '../support/workspace/workspace.ts';

describe('the plan', () => {
  test.each(allLooks)('is shown before anything is changed, at $look', async (look) => {
    const workspace = configured();
    const before = treeOf(workspace).filter((line) => !line.includes('.erp-deploy'));
    const wizard = openWizard(workspace, look);
    const plan = await wizard.until(seen.plan);
    expect(plan).toMatch(/Prepare +○ 0\/6/);
    expect(plan).toMatch(/▸0\.1 infrastructure/);
    expect(plan).toMatch(/Cloudflare +– skip/);
    expect(plan).toMatch(/Apply 24 changes\?[\s\S]* \d+ reversible[\s\S]* \d+ not undone by rollback/);
    wizard.press(keys.down);
    await wizard.until('▸0.2 compose file and');
    await wizard.until(/\+ write[\s\S]*service-builds\//);
    wizard.press(keys.right);
    await wizard.until('○ 0.2 compose file and .env  pending');
    // A short terminal shows only the beginning of the step.
    await scrollTo(wizard, '+services:');
    expect(wizard.styleOf('+services:').foreground).toBe('env' in look ? 'default' : 'palette 2');
    wizard.press('h');
    await wizard.until('▸0.2 compose file and');
    wizard.press('k');
    await wizard.until('▸0.1 infrastructure');
    expect(treeOf(workspace).filter((line) => !line.includes('.erp-deploy'))).toEqual(before);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toMatch(/quit, nothing was changed/);
    expect(wizard.history()).toMatch(/Next: erp-deploy --engine embedded$/m);
    expect(treeOf(workspace).filter((line) => !line.includes('.erp-deploy'))).toEqual(before);
    expectReadable(wizard, look);
  });

  test('shows its first frame before the program does any work', async () => {
    const wizard = openWizard(configured());
    await wizard.until('checking …');
    const first = wizard.raw();
    expect(first).toContain('erp-deploy');
    await wizard.until(seen.plan);
    wizard.press('q');
    await wizard.exit();
  });
});

describe.each(looks)('step by step, at $look', (look) => {
  test('each step is opened with all its changes; y applies it, and a applies all remaining steps', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until(seen.plan);
    wizard.press(keys.enter);
    const asked = await askedAbout(wizard, '0.1');
    expect(asked).toMatch(/expected\n {3}folders for migrations/);
    expectShown(asked, 'actual service-builds/postgres-erp: expected a folder, actual: missing');
    await scrollTo(wizard, 'changes + make folder service-builds/postgres-erp');
    await scrollTo(wizard, 'checklist 0.1#1 Create directory structure');
    expect(wizard.text()).not.toContain('beyond');
    wizard.press('y');
    await askedAbout(wizard, '0.2');
    expect(wizard.text()).not.toContain('beyond');
    expect(journalOf(workspace).some((one) => one.type === 'verified' && one.step === '0.1')).toBe(true);

    wizard.press(keys.escape);
    await wizard.until(/▸0\.2 compose[\s\S]*y apply/);
    wizard.press(keys.up);
    await wizard.until(/▸0\.1 infrastructure[\s\S]*(?:Esc to the question|q quit safely)/);
    expect(wizard.text()).not.toContain(seen.yes);
    wizard.press(keys.escape);
    await wizard.until(/▸0\.2 compose[\s\S]*y apply/);
    const frames = wizard.record();
    wizard.press('a');
    expect(await wizard.exit()).toBe(0);
    // Nothing else was asked.
    expect(
      frames.filter((frame) => /(?:0\.3|0\.5) [^\n]*(?:waiting for|to be confirmed)/.test(frame)),
    ).toEqual([]);
    expect(journalOf(workspace).some((one) => one.type === 'verified' && one.step === '0.5')).toBe(true);
    expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
    expectReadable(wizard, look);
  });

  test('an opened step scrolls through all its changes', async () => {
    const wizard = openWizard(configured(), look);
    await wizard.until(seen.plan);
    for (const step of ['0.2', '0.3', '0.4', '0.5', '1.1']) {
      wizard.press('j');
      await wizard.until(`▸${step}`);
    }
    wizard.press(keys.right);
    await wizard.until(/more lines below/);
    wizard.press(keys.pageDown.repeat(3));
    wizard.press(keys.pageDown.repeat(200));
    await wizard.until(/1\.1#\d+[\s\S]*\? keys/);
    await wizard.untilGone('more lines');
    // Scrolling stops at the end, so moving one line up has an immediate effect.
    const end = wizard.text();
    wizard.press(keys.up);
    await wizard.until(/more lines below/);
    expect(wizard.text()).not.toBe(end);
    wizard.press(keys.escape);
    await wizard.until('▸1.1');
    wizard.press('q');
    await wizard.exit();
  });
});

test.each(looks)('a phase, then each step of the next, with steps skipped, at $look', async (look) => {
  const workspace = configured();
  const wizard = openWizard(workspace, look);
  await wizard.until(seen.plan);
  wizard.press(keys.enter);
  await askedAbout(wizard, '0.1');
  wizard.press('Y');
  await askedAbout(wizard, '2.1');
  wizard.press('y');
  await askedAbout(wizard, '2.2');
  wizard.press(keys.down);
  await skipBecause(wizard, 'the tables come from elsewhere');
  const unmet = await askedAbout(wizard, '2.3', seen.failure);
  expect(unmet).toContain('Step 2.3 depends on step 2.2');
  expect(journalOf(workspace)).toContainEqual(
    expect.objectContaining({ type: 'skipped', step: '2.2', reason: 'the tables come from elsewhere' }),
  );
  await skipBecause(wizard, 'nothing to validate');
  // The documents, the archive check and the completion also need the missing tables.
  await wizard.until(/⏎ finish {2}u take back \d+ skips/);
  wizard.press(keys.enter);
  expect(await wizard.exit()).toBe(0);
  const left = wizard.history();
  expect(left).toContain('– 2.2 skipped: the tables come from elsewhere');
  expect(left).toContain('– 2.3–2.4 skipped: nothing to validate');
  expect(left).toContain(`Journal: ${join(workspace, '.erp-deploy/journal.jsonl')}`);
  expect(left).not.toContain('ERP-0301');
  expect(journalOf(workspace).at(-1)).toMatchObject({ type: 'finished', exit: 0 });
});

describe.each(looks)('while it runs, at $look', (look) => {
  test('p pauses after this step, and resumes; ? explains the keys', async () => {
    const workspace = configured();
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until(seen.plan);
    wizard.press('p');
    wizard.press('a');
    // The heading says "paused" before the plan is approved.
    await wizard.until('p resume');
    const done = treeOf(workspace);
    wizard.press('?');
    await wizard.until(seen.help);
    await scrollTo(wizard, 'quit safely: finish the current change');
    await scrollTo(wizard, 'drifted: was done, and has changed since');
    wizard.press('x');
    await wizard.until('p resume');
    expect(treeOf(workspace)).toEqual(done);
    wizard.press('p');
    expect(await wizard.exit()).toBe(0);
    expectReadable(wizard, look);
  });

  test('l shows the log in the pager, and returns to the wizard', async () => {
    const workspace = configured();
    put(workspace, 'pager.sh', 'echo "PAGER:"; cat; read -r line </dev/tty; echo "$line" >pager.said\n');
    const env = { PAGER: 'sh ./pager.sh', ...('env' in look ? look.env : {}) };
    const wizard = openWizard(workspace, { ...look, env });
    await wizard.until(seen.plan);
    const plan = wizard.text();
    wizard.press('l');
    const log = await wizard.until(/^\d\d:\d\d:\d\d {2}4\.1 {2}plan: to change, SERVICE_INVENTORY\.md/m);
    expect(log).not.toContain('"type":');
    expect(log).not.toContain('Prepare');
    expect(wizard.modes()).toMatchObject({
      cursorShown: true,
      bracketedPaste: false,
      alternateScreen: false,
    });
    // Typed in the pager, so not a key of the wizard.
    wizard.press('a\r');
    await wizard.until(seen.plan);
    expect(wizard.text().replace(/\d\d:\d\d/, '')).toBe(plan.replace(/\d\d:\d\d/, ''));
    expect(textOf(workspace, 'pager.said')).toBe('a\n');
    expect(readdirSync(join(workspace, '.erp-deploy/logs'))).toHaveLength(1);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
  });
});
