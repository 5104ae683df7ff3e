import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claimFolder } from '../../src/adapters/claim-folder.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

function lockFolder() {
  const root = tempFolder();
  return { root, at: (name: string) => join(root, 'lock', name), folder: claimFolder(root, 'lock') };
}

it('has no entries before the first claim, and reading them creates nothing', async () => {
  const { folder, root } = lockFolder();
  expect(await folder.entries()).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

it('lets a number be claimed only once', async () => {
  const { folder } = lockFolder();
  expect(await folder.claim(1, 'mine')).toBe(true);
  expect(await folder.claim(1, 'yours')).toBe(false);
  expect(await folder.entries()).toEqual([{ number: 1, text: 'mine' }]);
});

it('lets one of many simultaneous claims of a number succeed', async () => {
  const { folder } = lockFolder();
  const claims = await Promise.all(
    Array.from({ length: 20 }, (_, index) => folder.claim(1, `claimant ${index}`)),
  );
  expect(claims.filter((won) => won)).toHaveLength(1);
  expect(await folder.entries()).toEqual([{ number: 1, text: `claimant ${claims.indexOf(true)}` }]);
});

it('orders entries by number, not by name, and ignores files that are no entries', async () => {
  const { folder, at } = lockFolder();
  for (const number of [10, 9, 2]) await folder.claim(number, String(number));
  writeFileSync(at('notes.txt'), 'a person left this');
  writeFileSync(at('left-by-a-kill.tmp'), '{');
  expect((await folder.entries()).map(({ number }) => number)).toEqual([2, 9, 10]);
});

it('replaces and removes an entry, and leaves no temporary file', async () => {
  const { folder, at } = lockFolder();
  await folder.claim(1, 'held');
  await folder.replace(1, 'released');
  expect(await folder.entries()).toEqual([{ number: 1, text: 'released' }]);
  expect(statSync(at('1.json')).mode & 0o777).toBe(0o600);
  await folder.remove(1);
  await folder.remove(1);
  expect(readdirSync(at('.'))).toEqual([]);
});

it('never shows an entry whose text is incomplete', async () => {
  const { folder } = lockFolder();
  const long = 'x'.repeat(200_000);
  let done = false;
  const claiming = (async () => {
    for (let number = 1; number <= 40; number++) await folder.claim(number, long);
    done = true;
  })();
  while (!done) for (const { text } of await folder.entries()) expect(text.length).toBe(long.length);
  await claiming;
});

it('reports a refusal of the system', async () => {
  const root = tempFolder();
  writeFileSync(join(root, 'lock'), 'a file in the way');
  const folder = claimFolder(root, 'lock');
  await expect(folder.claim(1, 'x')).rejects.toMatchObject({ name: 'FileFault', path: 'lock' });
  await expect(folder.entries()).rejects.toMatchObject({ name: 'FileFault', errno: 'ENOTDIR' });
});
