import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { filesIn } from '../../../src/adapters/files.ts';
import { configFile, readConfiguration } from '../../../src/cli/wiring/configuration.ts';
import type { Flags } from '../../../src/cli/wiring/flags.ts';
import { tempFolder } from '../../support/disk/temp-folder.ts';

const settings = 'project: from a stream\n';

/** Reads the configuration of a workspace, or the one that `--config` names. */
function read(workspace: string, config?: string) {
  const flags = { config } as unknown as Flags; // the only flag that is read
  return readConfiguration(flags, filesIn(workspace), filesIn(workspace));
}

function fifoIn(folder: string): string {
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

it('reads a configuration from a pipe several times, although a pipe can be read only once', async () => {
  const workspace = tempFolder();
  const path = fifoIn(workspace);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(reader));
  const writer = openSync(path, constants.O_WRONLY);
  writeSync(writer, settings);
  closeSync(writer);
  expect(await read(workspace, path)).toMatchObject({ project: 'from a stream' });
  expect(await read(workspace, path)).toMatchObject({ project: 'from a stream' });
});

it('reads a symbolic link, and an empty device as an empty configuration', async () => {
  const workspace = tempFolder();
  writeFileSync(join(workspace, 'settings.yaml'), settings);
  symlinkSync('settings.yaml', join(workspace, configFile));
  expect(await read(workspace)).toMatchObject({ project: 'from a stream' });
  expect((await read(workspace, '/dev/null')).project).not.toBe('from a stream');
});

it.each<[string, (path: string) => void, RegExp]>([
  ['a directory', (path) => mkdirSync(path), /is a directory/],
  ['a dangling link', (path) => symlinkSync('nowhere', path), /symbolic link/],
  ['a link that leads in a circle', (path) => symlinkSync(path, path), /symbolic link/],
  ['a pipe to which nothing is written', (path) => void execFileSync('mkfifo', [path]), /no process writes/],
  ['a device that never ends', (path) => symlinkSync('/dev/zero', path), /too large/],
  ['text that is not UTF-8', (path) => writeFileSync(path, Buffer.from([0xff, 0x0a])), /UTF-8/],
])('refuses %s with exit 2, named or not', async (_, make, why) => {
  const workspace = tempFolder();
  make(join(workspace, configFile));
  const problem = { code: 'ERP-0113', exit: 2, what: expect.stringMatching(why) };
  await expect(read(workspace)).rejects.toMatchObject({ problems: [problem] });
  await expect(read(workspace, configFile)).rejects.toMatchObject({ problems: [problem] });
});

it('names the file by its path from the current directory, wherever the workspace is', async () => {
  const [here, elsewhere] = [tempFolder(), tempFolder()];
  mkdirSync(join(here, 'shop'));
  for (const folder of [join(here, 'shop'), elsewhere])
    writeFileSync(join(folder, configFile), 'engine: x\n');
  const whatIn = (workspace: string) =>
    readConfiguration({} as Flags, filesIn(here), filesIn(workspace)).catch(({ problems: [first] }) => first);
  expect(await whatIn(join(here, 'shop'))).toMatchObject({
    what: `shop/${configFile} has 1 error.`,
    excerpt: [expect.stringMatching(`^shop/${configFile}:1:9 engine: `)],
  });
  expect(await whatIn(elsewhere)).toMatchObject({ what: `${elsewhere}/${configFile} has 1 error.` });
});
