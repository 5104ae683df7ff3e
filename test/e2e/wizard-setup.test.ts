import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keys } from '../support/terminal.ts';
import { openWizard, seen } from '../support/wizard.ts';
import { emptyWorkspace, put, textOf } from '../support/workspace.ts';

const config = 'erp-deploy.config.yaml';
const host = 'Public name of the API';

describe('the set-up', () => {
  test('asks what nobody can find out, says what is wrong as it is typed, and keeps the answers', async () => {
    const workspace = emptyWorkspace();
    const wizard = openWizard(workspace);
    const first = await wizard.until('erp-db.bestviable.com▏');
    expect(first).toContain(host);
    expect(first).toContain('Traefik routes this name');
    expect(first).not.toContain('Esc back');

    wizard.press('/x');
    await wizard.until(/✖ expected .*host/i);
    expect(wizard.text()).not.toContain('⏎ next');
    wizard.press(keys.enter);
    wizard.press('y');
    await wizard.until('bestviable.com/xy▏');
    expect(wizard.text()).toContain('Question 1 of 3');
    wizard.press(keys.backspace.repeat('erp-db.bestviable.com/xy'.length));
    await wizard.until('› ▏');
    wizard.press('\x1b[200~api.example.org\n\x1b[201~');
    await wizard.until('› api.example.org▏');
    await wizard.until('⏎ next');
    wizard.press(keys.enter);
    await wizard.until(/Starter schema[\s\S]*copy\.sql▏/);

    wizard.press(keys.escape);
    await wizard.until('› api.example.org▏');
    wizard.press(keys.down);
    await wizard.until(/copy\.sql▏/);
    wizard.press(keys.tab);
    await wizard.until('y keep them');
    expect(wizard.text()).toContain('Keep these answers in erp-deploy.config.yaml?');
    expect(existsSync(join(workspace, config))).toBe(false);
    wizard.press('y');
    await wizard.until(seen.plan);
    expect(textOf(workspace, config)).toContain('\npublic-host: "api.example.org"\n');
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);

    const second = openWizard(workspace, { columns: 120, rows: 40 });
    await second.until(seen.plan);
    second.press('q');
    await second.exit();
    expect(second.raw()).not.toContain(host);
  });

  test('uses the answers once where they are not to be kept', async () => {
    const workspace = emptyWorkspace();
    const wizard = openWizard(workspace);
    await wizard.until('erp-db.bestviable.com▏');
    wizard.press(keys.enter);
    await wizard.until(/copy\.sql▏/);
    wizard.press(keys.enter);
    await wizard.until('n use them once');
    wizard.press('n');
    await wizard.until(seen.plan);
    wizard.press('q');
    await wizard.exit();
    expect(existsSync(join(workspace, config))).toBe(false);
  });

  test('is left with Ctrl-C, and nothing is written', async () => {
    const workspace = emptyWorkspace();
    const wizard = openWizard(workspace);
    await wizard.until('erp-db.bestviable.com▏');
    wizard.press(keys.ctrlC);
    expect(await wizard.exit()).toBe(130);
    expect(wizard.history()).toContain('nothing was changed');
    expect(existsSync(join(workspace, config))).toBe(false);
    expect(existsSync(join(workspace, 'service-builds'))).toBe(false);
  });

  test('does not ask where there is a configuration', async () => {
    const workspace = emptyWorkspace();
    put(workspace, config, 'public-host: mine.example.org\n');
    const wizard = openWizard(workspace);
    await wizard.until(seen.plan);
    wizard.press('q');
    expect(await wizard.exit()).toBe(0);
    expect(wizard.raw()).not.toContain(host);
  });
});
