import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { folderStore } from '../../src/adapters/folder-store.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const never = new AbortController().signal;
const refused = (errno: string) => expect.objectContaining({ name: 'FileFault', errno });

it('reads only regular files: opening a pipe would wait for its writer, and no signal would end that', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), 'dump');
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/dev/zero', join(folder, 'device'));
  const store = folderStore(folder);
  const read = (name: string) => text(store.read(name, never));
  expect(await read('file')).toBe('dump');
  for (const name of ['pipe', 'device']) await expect(read(name)).rejects.toEqual(refused('EINVAL'));
  await expect(read('folder')).rejects.toEqual(refused('EISDIR'));
  await expect(read('missing')).rejects.toEqual(refused('ENOENT'));
});

it('refuses to remove a folder that has the name of a file', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, '20200101T000000Z.json'));
  const removed = folderStore(folder).remove('20200101T000000Z.json', never);
  await expect(removed).rejects.toMatchObject({ name: 'FileFault' });
});
