import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { appendFile } from '../../src/adapters/append-file.ts';
import { claimFolder } from '../../src/adapters/claim-folder.ts';
import { flush } from '../../src/adapters/file-system.ts';
import { filesIn } from '../../src/adapters/files.ts';
import { linesOf, textIn } from '../support/disk/disk-image.ts';
import { imageKinds } from '../support/disk/recorded-disk.ts';
import { recordingFileSystem } from '../support/disk/recording-file-system.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const journal = '.erp-deploy/journal.jsonl';

function workspace() {
  const root = tempFolder();
  mkdirSync(join(root, 'folder/empty'), { recursive: true });
  mkdirSync(join(root, 'other'));
  for (const [path, text] of [
    ['old.txt', 'old'],
    ['folder/inside.txt', 'inside'],
  ] as const) {
    writeFileSync(join(root, path), text, { mode: 0o644 });
  }
  const { fileSystem, moments } = recordingFileSystem(root);
  const claims = claimFolder(root, 'lock', fileSystem);
  return {
    root,
    fileSystem,
    moments,
    files: filesIn(root, fileSystem),
    journal: appendFile(root, journal, fileSystem),
    claims,
    /** Texts of a file in each image at each moment; undefined if it does not exist. */
    textsOf: (path: string) =>
      moments.flatMap(({ images }) => imageKinds.map((kind) => textIn(images[kind], path))),
    now: () => {
      const moment = moments.at(-1);
      if (moment === undefined) throw new Error('nothing was recorded');
      return moment.images;
    },
  };
}

type Workspace = ReturnType<typeof workspace>;

describe('after it has returned, a power cut undoes nothing of', () => {
  test.each<[string, (made: Workspace) => Promise<unknown>]>([
    ['a new file', ({ files }) => files.write('new.txt', 'new', 0o600)],
    ['a file that was replaced', ({ files }) => files.write('old.txt', 'new', 0o600)],
    ['a copy', ({ files }) => files.copy('old.txt', 'folder/copy.txt', 0o600)],
    ['folders in each other', ({ files }) => files.makeDirectory('docs/system/architecture')],
    [
      'a file in a new folder',
      async ({ files }) => {
        await files.makeDirectory('docs/system');
        await files.write('docs/system/new.md', 'new', 0o644);
      },
    ],
    ['a move in one folder', ({ files }) => files.move('old.txt', 'moved.txt')],
    ['a move into another folder', ({ files }) => files.move('old.txt', 'folder/moved.txt')],
    [
      'a move into a new folder',
      async ({ files }) => {
        await files.makeDirectory('archive');
        await files.move('folder/inside.txt', 'archive/inside.txt');
      },
    ],
    ['a mode', ({ files }) => files.setMode('old.txt', 0o600)],
    ['the removal of a file', ({ files }) => files.remove('folder/inside.txt')],
    ['the removal of a folder with files', ({ files }) => files.remove('folder')],
    ['the removal of an empty folder', ({ files }) => files.removeFolder('folder/empty')],
    ['a new journal', ({ journal: file }) => file.append('one\n')],
    [
      'a second record',
      async ({ journal: file }) => {
        await file.append('one\n');
        await file.append('two\n');
      },
    ],
    [
      'a record behind one that was cut off',
      async ({ journal: file }) => {
        await file.append('one\ntw');
        await file.cut('one\n'.length);
        await file.append('three\n');
      },
    ],
    [
      'a journal in the place of one that was moved away',
      async ({ files, journal: file }) => {
        await file.append('one\n');
        await files.move(journal, `${journal}.old`);
        await file.append('two\n');
      },
    ],
  ])('%s', async (_, act) => {
    const made = workspace();
    await act(made);
    const { synced, all } = made.now();
    expect(linesOf(synced)).toEqual(linesOf(all));
  });
});

it('flushes both folders of a move, first the one of the new name', async () => {
  const { files, moments } = workspace();
  await files.move('folder/inside.txt', 'other/inside.txt');
  expect(moments.map(({ call, path }) => `${call} ${path}`).slice(-2)).toEqual([
    'flushed other',
    'flushed folder',
  ]);
});

describe('a power cut or a kill never leaves', () => {
  test('only a part of a replaced file', async () => {
    const { files, textsOf } = workspace();
    await files.write('old.txt', 'new', 0o644);
    expect(new Set(textsOf('old.txt'))).toEqual(new Set(['old', 'new']));
  });

  test('a moved file in neither place', async () => {
    const { files, textsOf } = workspace();
    await files.move('old.txt', 'folder/moved.txt');
    const [before, after] = [textsOf('old.txt'), textsOf('folder/moved.txt')];
    expect(before.map((text, index) => text ?? after[index])).toEqual(before.map(() => 'old'));
  });

  test('only a part of a claim', async () => {
    const { claims, textsOf } = workspace();
    await claims.claim(1, 'held');
    await claims.replace(1, 'released');
    expect(new Set(textsOf('lock/1.json'))).toEqual(new Set([undefined, 'held', 'released']));
  });

  test('a file with secrets that others may read, under any name', async () => {
    const { files, moments } = workspace();
    await files.write('.env', 'PASSWORD=x\n', 0o600);
    await files.write('.env', 'PASSWORD=x\nSECRET=y\n', 0o600);
    const modes = moments.flatMap(({ images }) =>
      imageKinds.flatMap((kind) =>
        [...images[kind]].flatMap(([path, { mode }]) => (path.startsWith('.env') ? [mode] : [])),
      ),
    );
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });
});

describe('the recorded disk', () => {
  it('has an unflushed file either not at all or empty', async () => {
    const { root, fileSystem, now } = workspace();
    const handle = await fileSystem.open(join(root, 'new.txt'), 'wx', 0o600);
    await handle.writeFile('new');
    expect(imageKinds.map((kind) => textIn(now()[kind], 'new.txt'))).toEqual([undefined, '', 'new']);
    await handle.sync();
    expect(imageKinds.map((kind) => textIn(now()[kind], 'new.txt'))).toEqual([undefined, 'new', 'new']);
    await handle.close();
    await flush(root, fileSystem);
    expect(imageKinds.map((kind) => textIn(now()[kind], 'new.txt'))).toEqual(['new', 'new', 'new']);
  });

  it('has half of an interrupted write', async () => {
    const { root, fileSystem, textsOf } = workspace();
    const handle = await fileSystem.open(join(root, 'old.txt'), 'a');
    await handle.writeFile('+more');
    await handle.close();
    expect(textsOf('old.txt')).toContain('old+mo');
  });

  it('loses a moved file if only the folder of its old name was flushed', async () => {
    const { root, fileSystem, now } = workspace();
    await fileSystem.rename(join(root, 'old.txt'), join(root, 'folder/moved.txt'));
    expect(textIn(now().synced, 'old.txt')).toBe('old');
    await flush(root, fileSystem);
    expect([textIn(now().synced, 'old.txt'), textIn(now().synced, 'folder/moved.txt')]).toEqual([
      undefined,
      undefined,
    ]);
    await flush(join(root, 'folder'), fileSystem);
    expect(textIn(now().synced, 'folder/moved.txt')).toBe('old');
  });

  it('keeps a removed file until its folder is flushed', async () => {
    const { root, fileSystem, now } = workspace();
    await fileSystem.rm(join(root, 'old.txt'), { force: true });
    expect(imageKinds.map((kind) => textIn(now()[kind], 'old.txt'))).toEqual(['old', undefined, undefined]);
    await flush(root, fileSystem);
    expect(textIn(now().synced, 'old.txt')).toBeUndefined();
  });
});
