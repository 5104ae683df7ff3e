import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/wiring/command-table.ts';
import { optionsOf } from '../../src/cli/wiring/flag-table.ts';
import { commandNames } from '../../src/domain/command-names.ts';

const page = fileURLToPath(new URL('../../assets/erp-deploy.1', import.meta.url));

it('is a page without any finding of mandoc', () => {
  const { status, stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], {
    encoding: 'utf8',
  });
  expect({ status, text: stdout + stderr }).toEqual({ status: 0, text: '' });
});

it('shows every command, flag and example exactly as it is typed', () => {
  const rendered = execFileSync('mandoc', ['-T', 'utf8', '-O', 'width=400', page], { encoding: 'utf8' });
  // Bold is a character, a backspace, and the character again.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches it
  const text = rendered.replaceAll(/.\x08/gu, '');
  expect(text).toMatch(/^ERP-DEPLOY\(1\)/);
  for (const name of commandNames) {
    expect(text).toMatch(new RegExp(`^ +${name}\\b`, 'm'));
    for (const { flags } of optionsOf(commands[name].flags)) expect(text).toContain(flags);
    for (const [example] of commands[name].examples) expect(text).toContain(`erp-deploy ${example}`);
  }
  expect(text).toMatch(/^ +130, 143\n +Interrupted/m);
});
