import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type Command, scriptCommand } from '../../src/domain/shell-script.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { remoteScripts } from '../support/program/remote-scripts.ts';
import { busyboxPrograms, pathOf, type ShellName } from '../support/program/shells.ts';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const store = remoteScripts.find(({ name }) => name === 'store-and-run.sh')?.text ?? '';

/** Returns a folder, and a function that runs a command there in a shell. BusyBox finds only its own programs. */
function place(shell: ShellName) {
  const folder = tempFolder();
  const path = shell === 'busybox' ? busyboxPrograms() : process.env.PATH;
  const program: readonly [string, ...string[]] = [pathOf(shell), ...(shell === 'busybox' ? ['sh'] : [])];
  const run = ({ argv, input = '' }: Command, data: string | Uint8Array = '') => {
    const [file, ...rest] = argv;
    const all = Buffer.concat([Buffer.from(input), Buffer.from(data)]);
    const how = { cwd: folder, env: { PATH: path, HOME: folder }, extendEnv: false, reject: false } as const;
    return execa(file, rest, { ...how, input: all });
  };
  return { folder, program, run, file: (name: string) => join(folder, name) };
}

describe.each(['dash', 'bash', 'busybox'] as const)('a script that is sent to %s', (shell) => {
  it('gets its arguments unchanged', async () => {
    const { program, run } = place(shell);
    const odd = ['', ' ', "it's", '"', '\\', '$HOME `id` $(id)', '*', '-n', 'a\nb', 'ä😀', '~', '#'];
    const text =
      '#!/bin/sh\n# Prints its name and its arguments.\nmain() {\n  printf "%s|" "$0" "$@"\n}\nmain "$@"\n';
    const { stdout } = await run(scriptCommand('name', text, odd, program));
    expect(stdout.split('|').slice(0, -1)).toEqual(['name', ...odd]);
  });

  it('can read the stdin after it to the last byte', async () => {
    const { program, run, file } = place(shell);
    const data = randomBytes(1_000_003);
    const text = `main() {\n  cat >copy\n  ${'# Longer than a pipe takes.\n  : '.padEnd(90_000, 'x')}\n}\nmain "$@"\n`;
    const { exitCode, stderr } = await run(scriptCommand('copy', text, [], program), data);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(sha256(readFileSync(file('copy')))).toBe(sha256(data));
  });

  it('can store another script by its checksum, and run it from there', async () => {
    const { program, run, folder, file } = place(shell);
    const stored = 'main() {\n  printf "%s %s" "$0" "$*" >ran\n}\nmain "$@"';
    const sum = sha256(stored);
    const words = ['.', `${stored.length}`, sum, 'begin', 'now'];
    const { exitCode } = await run(scriptCommand('store', store, words, program), stored);
    expect(exitCode).toBe(0);
    expect(readFileSync(file(`${sum}.sh`), 'utf8')).toBe(stored);
    expect(readFileSync(file('ran'), 'utf8')).toBe(`./${sum}.sh begin now`);
    expect(readdirSync(folder).toSorted()).toEqual([`${sum}.sh`, 'ran'].toSorted());
  });

  it('neither stores nor runs another script that arrived incomplete', async () => {
    const { program, run, folder, file } = place(shell);
    const stored = 'main() {\n  : >ran\n}\nmain "$@"';
    const command = scriptCommand('store', store, ['.', `${stored.length}`, sha256(stored)], program);
    for (let length = 0; length < stored.length; length += 1) {
      const { exitCode } = await run(command, stored.slice(0, length));
      expect(exitCode).toBe(65);
    }
    expect(existsSync(file('ran'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
