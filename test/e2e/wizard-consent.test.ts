import { describe, expect, test } from 'vitest';
import { starterText } from '../database/starter-schema/starter-text.ts';
import { journalOf } from '../support/kill/journal.ts';
import { keys } from '../support/wizard/terminal.ts';
import {
  askedAbout,
  configure,
  configured,
  looks,
  openWizard,
  scrollTo,
  seen,
  skipBecause,
} from '../support/wizard/wizard.ts';
import { finishedWorkspace, put, stack, starter, textOf } from '../support/workspace/workspace.ts';

const compose = `${stack}/docker-compose.yml`;

describe.each(looks)('separate approval, at $look', (look) => {
  test('is requested before the starter schema is fixed, even after other approvals, with the line and the change', async () => {
    const workspace = configured({ [starter]: starterText });
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until(seen.plan);
    wizard.press('a');
    const asked = await askedAbout(wizard, '0.4', 'n decline');
    expect(asked).toMatch(/> 124 \| +session_type TEXT NOT NULL,\n +\| +\^/);
    expect(asked).not.toContain('Y apply phase');
    await scrollTo(wizard, '--fix-starter');
    await scrollTo(wizard, '+  profile_id BIGINT REFERENCES agent.profiles(id), --');
    expect(textOf(workspace, starter)).toBe(starterText);
    wizard.press('a');
    wizard.press('?');
    await wizard.until(seen.help);
    expect(textOf(workspace, starter)).toBe(starterText);
    wizard.press('x');
    await askedAbout(wizard, '0.4', 'n decline');
    wizard.press('y');
    expect(await wizard.exit()).toBe(0);
    expect(textOf(workspace, starter)).toContain('profile_id BIGINT REFERENCES agent.profiles(id), --');
  });

  test('is requested before an edited compose file is overwritten; a declined step can be skipped', async () => {
    const workspace = await finishedWorkspace();
    configure(workspace);
    put(workspace, compose, `services:\n  mine:\n    image: busybox\n# mine\n`);
    const edited = textOf(workspace, compose);
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.5'] });
    await wizard.until(seen.plan);
    expect(wizard.text()).toContain('0.2 compose file and');
    wizard.press(keys.enter);
    const asked = await askedAbout(wizard, '0.2', 'separate approval');
    expect(asked.replaceAll(/\s+/g, ' ')).toContain(`--overwrite ${compose}`);
    await scrollTo(wizard, '-# mine');
    wizard.press('n');
    const refused = await askedAbout(wizard, '0.2', 'r ask again');
    expect(refused).toContain('You declined this change. Nothing of it was done.');
    expect(refused).not.toContain('ERP-');
    expect(textOf(workspace, compose)).toBe(edited);
    await skipBecause(wizard, 'mine is better');
    expect(await wizard.exit()).toBe(0);
    expect(textOf(workspace, compose)).toBe(edited);
    expect(journalOf(workspace)).toContainEqual(
      expect.objectContaining({ type: 'skipped', step: '0.2', reason: 'mine is better' }),
    );
    expect(wizard.history()).toContain('– 0.2 skipped: mine is better');
  });

  test('is requested even with --yes', async () => {
    const workspace = configured({ [starter]: starterText });
    const wizard = openWizard(workspace, { ...look, words: ['--until', '0.4', '--yes'] });
    await askedAbout(wizard, '0.4', 'n decline');
    wizard.press('q');
    expect(await wizard.exit()).toBe(130);
    expect(textOf(workspace, starter)).toBe(starterText);
  });
});
