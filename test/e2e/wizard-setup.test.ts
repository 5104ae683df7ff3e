import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keys } from '../support/wizard/terminal.ts';
import {
  askedAbout,
  expectReadable,
  expectShown,
  looks,
  openWizard,
  seen,
} from '../support/wizard/wizard.ts';
import { emptyWorkspace, put, textOf } from '../support/workspace/workspace.ts';

const config = 'erp-deploy.config.yaml';
const production = 'Question 1 of 3';

describe('the setup', () => {
  test.each(looks)(
    'asks for what cannot be detected, reports an invalid answer while it is typed, and saves the answers, at $look',
    async (look) => {
      const workspace = emptyWorkspace();
      const wizard = openWizard(workspace, look);
      const first = await wizard.until(production);
      expectShown(first, 'an SSH destination (an alias of ~/.ssh/config works)');
      expect(first).toContain('– production is skipped (3.1 to 3.7)');
      // In a low terminal, the question gets all rows.
      if (look.rows >= 24) expect(first).toMatch(/erp-deploy rolls out a PostgreSQL database/);
      expectShown(first, 'Workspace: /');
      expect(first).not.toContain('Esc back');
      wizard.press('postgres://ada:secret@db.example.org/shop');
      await wizard.until('✖ expected a URL without a password');
      expect(wizard.text()).not.toContain('⏎ next');
      wizard.press(keys.backspace.repeat('postgres://ada:secret@db.example.org/shop'.length));
      await wizard.until('› ▏');
      wizard.press('a b');
      await wizard.until('✖ expected a host name');
      wizard.press(keys.backspace.repeat(3));
      await wizard.until('⏎ next');
      wizard.press('nosuch.invalid');
      await wizard.until(/Question 1 of 5[\s\S]*nosuch\.invalid▏/);
      wizard.press(keys.enter);
      // The connection is tested while the next question is answered.
      await wizard.until('✖ nosuch.invalid');
      expect(await wizard.until('erp-db.bestviable.com▏')).toContain('The host name of the public URL');

      wizard.press('/x');
      await wizard.until(/✖ expected .*host/i);
      expect(wizard.text()).not.toContain('⏎ next');
      wizard.press(keys.enter);
      wizard.press('y');
      await wizard.until('bestviable.com/xy▏');
      expect(wizard.text()).toContain('Question 2 of 5');
      wizard.press(keys.backspace.repeat('erp-db.bestviable.com/xy'.length));
      await wizard.until('› ▏');
      wizard.press('\x1b[200~api.example.org\n\x1b[201~');
      await wizard.until('› api.example.org▏');
      await wizard.until('⏎ next');
      wizard.press(keys.enter);
      await wizard.until('– Cloudflare is skipped (3.6)');
      wizard.press('cloudflared');
      await wizard.until('› cloudflared▏');
      wizard.press(keys.enter);
      await wizard.until(/Starter schema[\s\S]*copy\.sql▏/);

      wizard.press(keys.escape);
      await wizard.until('› cloudflared▏');
      wizard.press(keys.down);
      await wizard.until(/copy\.sql▏/);
      wizard.press(keys.tab);
      await wizard.until('y save');
      expect(wizard.text()).toContain('Save these answers in erp-deploy.config.yaml?');
      expect(existsSync(join(workspace, config))).toBe(false);
      wizard.press('y');
      await askedAbout(wizard, '3.1', seen.failure);
      expect(textOf(workspace, config)).toContain(
        '\nproduction: { host: "nosuch.invalid" }\npublic-host: "api.example.org"\ncloudflare: { container: "cloudflared" }\nstarter-schema: ',
      );
      wizard.press('q');
      expect(await wizard.exit()).toBe(3);
      expectReadable(wizard, look);

      const second = openWizard(workspace, look);
      await askedAbout(second, '3.1', seen.failure);
      second.press('q');
      await second.exit();
      expect(second.raw()).not.toContain('Question 1');
    },
  );

  test('asks only what applies without production, and uses unsaved answers only for this run', async () => {
    const workspace = emptyWorkspace();
    put(workspace, '.ssh/config', 'Host droplet staging *.example\n  User ada\n');
    const wizard = openWizard(workspace);
    await wizard.until(production);
    expect(wizard.text()).toContain('in ~/.ssh/config: droplet, staging');
    wizard.press('st');
    await wizard.until('→ staging');
    wizard.press(keys.right);
    await wizard.until('› staging▏');
    wizard.press(keys.backspace.repeat('staging'.length));
    await wizard.until('› ▏');
    wizard.press(keys.enter);
    expect(await wizard.until(/copy\.sql▏/)).toContain('Question 2 of 3');
    expect(wizard.text()).not.toContain('cloudflared');
    wizard.press(keys.enter);
    await wizard.until('n use only now');
    wizard.press('n');
    await wizard.until(seen.plan);
    wizard.press('q');
    await wizard.exit();
    expect(existsSync(join(workspace, config))).toBe(false);
  });

  test('can be edited to leave out production if the production host does not answer', async () => {
    const workspace = emptyWorkspace();
    put(workspace, config, 'production: { host: nosuch.invalid }\n');
    const wizard = openWizard(workspace);
    const failed = await askedAbout(wizard, '3.1', seen.failure);
    expect(failed).toContain('nosuch.invalid');
    wizard.press('e');
    await wizard.until(/▸ Production +nosuch\.invalid/);
    wizard.press(keys.enter);
    await wizard.until('nosuch.invalid▏');
    wizard.press(keys.backspace.repeat('nosuch.invalid'.length));
    await wizard.until(/▸ Production +▏/);
    wizard.press(keys.enter);
    await wizard.until('(empty: production is skipped');
    wizard.press('n');
    await wizard.until(seen.plan);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.history()).toMatch(/3\.1–3\.\d skipped: no production/);
  });

  test('writes nothing after Ctrl-C', async () => {
    const workspace = emptyWorkspace();
    const wizard = openWizard(workspace);
    await wizard.until(production);
    wizard.press(keys.ctrlC);
    expect(await wizard.exit()).toBe(130);
    expect(wizard.history()).toContain('nothing was changed');
    expect(existsSync(join(workspace, config))).toBe(false);
    expect(existsSync(join(workspace, 'service-builds'))).toBe(false);
  });

  test('is skipped if a configuration exists', async () => {
    const workspace = emptyWorkspace();
    put(workspace, config, 'public-host: mine.example.org\n');
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.raw()).not.toContain('Question 1');
  });
});
