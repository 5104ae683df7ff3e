import { expect, it } from 'vitest';
import { infrastructure } from '../../../src/tasks/prepare/0.1-infrastructure.ts';
import { layout } from '../../../src/workspace/layout.ts';
import { MemoryFiles } from '../../support/disk/memory-files.ts';
import { contextWith, remembering } from '../../support/program/step-context.ts';

const noRepository = { exitCode: 128, stdout: '', stderr: 'fatal: not a git repository', notFound: false };

function outsideOfGit(files: MemoryFiles) {
  return contextWith({
    files,
    memory: remembering(),
    signal: new AbortController().signal,
    processes: { run: async () => noRepository },
  });
}

async function foldersMade(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  for (const path of ['.', layout.stack, layout.migrations, layout.data, layout.envTemplateFolder]) {
    await files.makeDirectory(path);
  }
  return files;
}

async function writesOf(files: MemoryFiles) {
  const changes = await infrastructure.preview(outsideOfGit(files));
  if ('code' in changes) throw new Error(changes.what);
  return changes.map((one) =>
    one.status === 'exact' && one.change.kind === 'write' && one.change.entry.type === 'file'
      ? [one.change.path, one.change.entry.content]
      : one,
  );
}

it('writes a .gitignore for .env and data/ into a workspace that is not yet a repository', async () => {
  const files = await foldersMade();
  expect((await infrastructure.check(outsideOfGit(files))).state).toBe('missing');
  expect(await writesOf(files)).toEqual([[layout.gitignore, ['/.env\n/data/\n']]]);
  files.put(layout.gitignore, '/.env\n/data/\n');
  expect((await infrastructure.check(outsideOfGit(files))).state).toBe('satisfied');
});

it.each(['*.bak\n', '/.env\n', '/.env\n/data/\n!/.env\n'])(
  'appends them to a .gitignore of %j',
  async (text) => {
    const files = (await foldersMade()).put(layout.gitignore, text);
    expect(await writesOf(files)).toEqual([[layout.gitignore, [`${text}/.env\n/data/\n`]]]);
  },
);
