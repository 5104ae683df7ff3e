import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/wiring/command-table.ts';
import { completionScript, shells } from '../../../src/cli/wiring/completion-script.ts';
import { optionsOf } from '../../../src/cli/wiring/flag-table.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';

/** Returns the completions that bash offers for these arguments; the last one is being typed. */
function offeredByBash(...words: readonly string[]): readonly string[] {
  const script = join(tempFolder(), 'completion.bash');
  writeFileSync(script, completionScript('bash'));
  const ask = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _erp_deploy; printf "%s\\n" "\${COMPREPLY[@]}"`;
  const offered = execFileSync('bash', ['--norc', '-c', ask, 'bash', script, 'erp-deploy', ...words], {
    encoding: 'utf8',
  });
  return offered.split('\n').filter((line) => line !== '');
}

it('completes commands in bash', () => {
  expect(offeredByBash('ro')).toEqual(['rollback']);
  expect(offeredByBash('help', 'val')).toEqual(['validate']);
});

it('completes only the flags that the command accepts', () => {
  expect(offeredByBash('init', '--')).toEqual(['--workspace', '--json', '--no-color', '--help']);
  expect(offeredByBash('run', '--engine', 'embedded', '--crea')).toEqual(['--create-env']);
  expect(offeredByBash('validate', '--crea')).toEqual([]);
});

it('completes the values of a flag', () => {
  expect(offeredByBash('run', '--engine', '')).toEqual(['auto', 'docker', 'embedded']);
  expect(offeredByBash('plan', '--phase', 'loc')).toEqual(['local-test']);
});

it('is a script that zsh and fish read without an error, if they are installed', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const script = join(tempFolder(), shell);
    writeFileSync(script, completionScript(shell));
    const { error, status, stderr } = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
    if (error === undefined) expect({ shell, status, stderr }).toEqual({ shell, status: 0, stderr: '' });
  }
});

it.each(shells)('names every command and flag in the script for %s', (shell) => {
  const script = completionScript(shell);
  for (const [name, { flags }] of Object.entries(commands)) {
    expect(script).toContain(name);
    for (const { long = '' } of optionsOf(flags)) {
      expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long);
    }
  }
});
