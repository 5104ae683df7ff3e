import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { removeFolder } from './remove-folder.ts';

test('a folder is removed with what is mounted in it, one over the other, and nothing beside it', async () => {
  const home = tempFolder();
  const folder = join(home, 'engine');
  const data = join(folder, 'its data');
  mkdirSync(data, { recursive: true });
  mkdirSync(`${folder}-of-others`);
  for (const _ of ['lower', 'upper']) await execa('mount', ['-t', 'tmpfs', 'tmpfs', data]);
  writeFileSync(join(data, 'file'), '');
  await removeFolder(folder);
  expect([folder, `${folder}-of-others`].map((path) => existsSync(path))).toEqual([false, true]);
});
