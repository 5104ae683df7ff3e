import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/wiring/command-table.ts';
import { optionsOf } from '../../../src/cli/wiring/flag-table.ts';
import { flagsSchema } from '../../../src/cli/wiring/flags.ts';
import { programOf } from '../../../src/cli/wiring/program.ts';
import { commandNames } from '../../../src/domain/command-names.ts';
import { flagsOf } from '../../support/program/flags-of.ts';

async function workspaceOf(...words: readonly string[]): Promise<string | undefined> {
  let workspace: string | undefined;
  const program = programOf(
    '0.0.0',
    async (_, given) => {
      workspace = flagsSchema.parse(given).workspace;
    },
    words,
  );
  await program.parseAsync(words, { from: 'user' });
  return workspace;
}

it.each([
  [['run', '--workspace', '']],
  [['run', '--workspace=']],
  [['plan', '--workspace', ' ']],
  [['run', '--workspace', '--non-interactive']],
])('refuses an empty workspace argument, as from an unset shell variable: %j', async (words) => {
  await expect(workspaceOf(...words)).rejects.toMatchObject({
    code: 'commander.invalidArgument',
    message: expect.stringContaining('--workspace'),
  });
});

it('takes the current folder if none is named', async () => {
  expect(await workspaceOf('run')).toBe('.');
  expect(await workspaceOf('run', '--workspace', './-w')).toBe('./-w');
});

it.each([
  [['--only', '2.1,2.2', '--only', '2.3']],
  [['--only', '2.1', '2.2', '2.3']],
  [['--only=2.1, 2.2 2.3']],
])('takes several steps, separated by commas or blanks: %j', async (words) => {
  expect((await flagsOf(['plan', ...words])).only).toEqual(['2.1', '2.2', '2.3']);
});

it('refuses an empty list of steps', async () => {
  await expect(flagsOf(['plan', '--only', ','])).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

it.each(commandNames)('%s is documented with examples that it accepts', async (name) => {
  for (const [line] of commands[name].examples) {
    const words = line.replace(/ > .*/, '').split(' ');
    expect(words[0]).toBe(name);
    expect(await flagsOf(words)).toBeDefined();
  }
});

it.each(commandNames)('%s defines each of its flags once', (name) => {
  const flags = optionsOf(commands[name].flags).map(({ long }) => long);
  expect(flags).toEqual([...new Set(flags)]);
});

it('shows only the flags of the command in its help, under headings, and two examples', async () => {
  let help = '';
  const program = programOf('0.0.0', async () => undefined, ['help', 'init'], {
    writeOut: (text) => (help += text),
  });
  await expect(program.parseAsync(['help', 'init'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
  expect(help.match(/--[a-z-]+(?= )/g)).toEqual(
    expect.arrayContaining(['--workspace', '--json', '--no-color', '--help']),
  );
  expect(help).not.toMatch(/--only|--yes|--overwrite|--production-host/);
  expect(help).toMatch(/^Target:$/m);
  expect(help.match(/^ {2}erp-deploy init/gm)).toHaveLength(2);
});
