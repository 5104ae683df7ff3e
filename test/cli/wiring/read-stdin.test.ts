import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CommandParts } from '../../../src/cli/wiring/command.ts';
import { readStdin } from '../../../src/cli/wiring/read-stdin.ts';

/** As far as it is looked at. */
function partsWith(name: CommandParts['name'], isTTY: boolean): CommandParts {
  const stdin = Object.assign(Readable.from(['first\n', 'second\n']), { isTTY });
  const terminal = { stdin, stdout: { isTTY }, stderr: { isTTY } };
  return { name, flags: { nonInteractive: false, json: false }, terminal } as unknown as CommandParts;
}

test('an option is read from stdin, all of it, and no other option after it', async () => {
  const parts = partsWith('run', false);
  expect(await readStdin(parts, '--database-url')).toBe('first\nsecond\n');
  await expect(readStdin(parts, '--lessons')).rejects.toThrow(
    'ERP-0104 --lessons cannot be read from stdin.',
  );
});

test('the keyboard of the wizard is not read away from it; a command without a wizard may ask it', async () => {
  await expect(readStdin(partsWith('run', true), '--lessons')).rejects.toThrow('ERP-0104');
  expect(await readStdin(partsWith('status', true), '--database-url')).toBe('first\nsecond\n');
});
