import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CommandParts } from '../../../src/cli/wiring/command.ts';
import { readStdin } from '../../../src/cli/wiring/read-stdin.ts';

/** A fake stdin with only the properties that are read. */
function partsWith(name: CommandParts['name'], isTTY: boolean): CommandParts {
  const stdin = Object.assign(Readable.from(['first\n', 'second\n']), { isTTY });
  const terminal = { stdin, stdout: { isTTY }, stderr: { isTTY } };
  return { name, flags: { nonInteractive: false, json: false }, terminal } as unknown as CommandParts;
}

test('stdin is read completely for one option, and a second option cannot use it', async () => {
  const parts = partsWith('run', false);
  expect(await readStdin(parts, '--database-url')).toBe('first\nsecond\n');
  await expect(readStdin(parts, '--lessons')).rejects.toThrow(
    'ERP-0104 --lessons cannot be read from stdin.',
  );
});

test('refuses to read an option from the terminal if the wizard needs it; another command may read it', async () => {
  await expect(readStdin(partsWith('run', true), '--lessons')).rejects.toThrow('ERP-0104');
  expect(await readStdin(partsWith('status', true), '--database-url')).toBe('first\nsecond\n');
});
