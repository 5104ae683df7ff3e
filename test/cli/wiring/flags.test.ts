import { expect, it } from 'vitest';
import { programOf } from '../../../src/cli/wiring/program.ts';

async function workspaceOf(...words: readonly string[]): Promise<string | undefined> {
  let workspace: string | undefined;
  const program = programOf('0.0.0', async (_, flags) => {
    workspace = flags.workspace;
  });
  await program.parseAsync(words, { from: 'user' });
  return workspace;
}

it.each([
  [['run', '--workspace', '']],
  [['run', '--workspace=']],
  [['plan', '--workspace', ' ']],
  [['run', '--workspace', '--non-interactive']],
])('refuses a workspace that a shell left out: %j', async (words) => {
  await expect(workspaceOf(...words)).rejects.toMatchObject({
    code: 'commander.invalidArgument',
    message: expect.stringContaining('--workspace'),
  });
});

it('takes the current folder if none is named', async () => {
  expect(await workspaceOf('run')).toBe('.');
  expect(await workspaceOf('run', '--workspace', './-w')).toBe('./-w');
});
