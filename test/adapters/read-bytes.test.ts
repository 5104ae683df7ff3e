import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendFile } from '../../src/adapters/append-file.ts';
import { claimFolder } from '../../src/adapters/claim-folder.ts';
import { filesIn } from '../../src/adapters/files.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { erpDeploy } from '../support/program/in-process.ts';

/** Every function that reads a file of a workspace, with that file. */
const readers = {
  'a text': { file: 'a.sql', read: (root: string) => filesIn(root).read('a.sql') },
  'a hash': { file: 'a.sql', read: (root: string) => filesIn(root).hash('a.sql') },
  'a copy': { file: 'a.sql', read: (root: string) => filesIn(root).copy('a.sql', 'b.sql', 0o600) },
  'the journal': { file: 'a.sql', read: (root: string) => appendFile(root, 'a.sql').read() },
  'a lock entry': { file: '1.json', read: (root: string) => claimFolder(root, '.').entries() },
} as const;
const names = Object.keys(readers) as (keyof typeof readers)[];

it.each(names)('refuses a pipe in place of a file without waiting for a writer, for %s', async (name) => {
  const root = tempFolder();
  execFileSync('mkfifo', [join(root, readers[name].file)]);
  await expect(readers[name].read(root)).rejects.toMatchObject({ errno: 'EINVAL' });
});

it.each(names.filter((name) => name !== 'a hash'))('refuses a file of 700 MB, for %s', async (name) => {
  const root = tempFolder();
  writeFileSync(join(root, readers[name].file), '');
  truncateSync(join(root, readers[name].file), 700_000_000);
  await expect(readers[name].read(root)).rejects.toMatchObject({ errno: 'EFBIG' });
});

it('reports a problem if any file of a workspace is a pipe or too large', async () => {
  for (const path of ['.erp-deploy/journal.jsonl', '.erp-deploy/lock/9.json', 'erp-deploy.config.yaml']) {
    for (const put of [pipe, large]) {
      const workspace = tempFolder();
      mkdirSync(join(workspace, '.erp-deploy/lock'), { recursive: true });
      put(join(workspace, path));
      const words = ['run', '--non-interactive', '--engine', 'embedded', '--phase', 'prepare'];
      const { exit, stderr } = await erpDeploy(workspace, words);
      expect({ path, exit, code: /ERP-\d+/.exec(stderr)?.[0] }).toEqual({
        path,
        exit: expect.toSatisfy((code) => [2, 3, 4].includes(code)),
        code: expect.stringMatching(/ERP-(0401|0113)/),
      });
    }
  }
});

const pipe = (path: string) => void execFileSync('mkfifo', [path]);
const large = (path: string) => {
  writeFileSync(path, '');
  truncateSync(path, 700_000_000);
};

it('decides whether a path stays in the root after links are resolved', async () => {
  const [root, outside] = [tempFolder(), tempFolder()];
  mkdirSync(join(root, 'in'));
  symlinkSync(outside, join(root, 'out'));
  symlinkSync('in', join(root, 'alias'));
  const files = filesIn(root);
  for (const path of ['in/a', 'alias/a', 'new/deep/a', '.'])
    expect([path, await files.isInside(path)]).toEqual([path, true]);
  for (const path of ['../a', 'in/../../a', '/etc/passwd', 'out/a', 'out', '', 'a\0'])
    expect([path, await files.isInside(path)]).toEqual([path, false]);
});

it('creates folders that others cannot write to, and private ones for secrets, whatever the umask', async () => {
  const root = tempFolder();
  const before = process.umask(0);
  try {
    await filesIn(root).makeDirectory('service-builds/postgres-erp/data');
    await filesIn(root).makeDirectory('.erp-deploy/logs');
  } finally {
    process.umask(before);
  }
  const mode = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);
  expect(['service-builds', 'service-builds/postgres-erp', '.erp-deploy'].map(mode)).toEqual([
    '755',
    '700',
    '700',
  ]);
});
