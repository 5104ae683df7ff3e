import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errnoOf } from '../../src/adapters/errno.ts';
import { filesIn, withFileFault } from '../../src/adapters/files.ts';
import { FileFault } from '../../src/domain/ports/files.ts';
import { sha256 } from '../support/disk/memory-files.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

function workspace() {
  const root = tempFolder();
  const at = (path: string) => join(root, path);
  return {
    at,
    files: filesIn(root),
    put: (path: string, content: string | Uint8Array) => writeFileSync(at(path), content),
    text: (path: string) => readFileSync(at(path), 'utf8'),
    mode: (path: string) => statSync(at(path)).mode & 0o7777,
    names: (path = '.') => readdirSync(at(path)).sort(),
  };
}

const refused = (errno: string) => expect.objectContaining({ name: 'FileFault', errno });

it('leaves the old entry unchanged, and no temporary file, if a file cannot replace it', async () => {
  const { files, at, names } = workspace();
  mkdirSync(at('compose.yml'));
  writeFileSync(at('compose.yml/inside'), 'kept');
  await expect(files.write('compose.yml', 'new', 0o644)).rejects.toEqual(refused('EISDIR'));
  expect(names()).toEqual(['compose.yml']);
  expect(names('compose.yml')).toEqual(['inside']);
});

it('keeps the old text if the temporary file cannot be written', async () => {
  const { files, put, text, names } = workspace();
  const long = 'n'.repeat(250);
  put(long, 'old');
  await expect(files.write(long, 'new', 0o644)).rejects.toEqual(refused('ENAMETOOLONG'));
  expect(text(long)).toBe('old');
  expect(names()).toEqual([long]);
});

it('replaces a file by renaming, so a process that has the old one open still reads its bytes', async () => {
  const { files, put, text, at, names } = workspace();
  put('compose.yml', 'old');
  linkSync(at('compose.yml'), at('also'));
  await files.write('compose.yml', 'new', 0o644);
  expect([text('compose.yml'), text('also')]).toEqual(['new', 'old']);
  expect(names()).toEqual(['also', 'compose.yml']);
});

it('copies a file completely or not at all', async () => {
  const { files, put, text, mode, at, names } = workspace();
  put('from', new Uint8Array([0xff, 0x00, 0x0a]));
  put('to', 'old');
  linkSync(at('to'), at('also'));
  await files.copy('from', 'to', 0o600);
  expect(readFileSync(at('to'))).toEqual(Buffer.from([0xff, 0x00, 0x0a]));
  expect([text('also'), mode('to')]).toEqual(['old', 0o600]);
  expect(names()).toEqual(['also', 'from', 'to']);
});

it('gives a file the mode that was asked for, whatever the umask', async () => {
  const { files, mode } = workspace();
  const before = process.umask(0o077);
  try {
    await files.write('open', 'x', 0o666);
    await files.write('closed', 'x', 0o600);
  } finally {
    process.umask(before);
  }
  expect([mode('open'), mode('closed')]).toEqual([0o666, 0o600]);
});

it('creates folders that other users cannot write to, and with secrets cannot list, whatever the umask', async () => {
  const { files, mode } = workspace();
  const before = process.umask(0);
  try {
    await files.makeDirectory('.erp-deploy/lock');
    await files.makeDirectory('service-builds/postgres-erp');
  } finally {
    process.umask(before);
  }
  const secret = [mode('.erp-deploy'), mode('service-builds/postgres-erp')];
  expect([...secret, mode('service-builds')]).toEqual([0o700, 0o700, 0o755]);
});

it('writes to the target of a symbolic link, and keeps the link', async () => {
  const { files, put, at, text } = workspace();
  mkdirSync(at('shared'));
  put('shared/compose.yml', 'old');
  symlinkSync('shared/compose.yml', at('compose.yml'));
  await files.write('compose.yml', 'new', 0o644);
  expect(text('shared/compose.yml')).toBe('new');
  expect(lstatSync(at('compose.yml')).isSymbolicLink()).toBe(true);
  expect(readlinkSync(at('compose.yml'))).toBe('shared/compose.yml');
});

it.each([
  ['a byte that no UTF-8 text has', [0x61, 0xff]],
  ['a character that is cut off', [0xe2, 0x82]],
])('refuses to read %s as text, because decoding would alter it', async (_, bytes) => {
  const { files, put } = workspace();
  put('a.sql', new Uint8Array(bytes));
  await expect(files.read('a.sql')).rejects.toEqual(refused('EILSEQ'));
  expect(await files.hash('a.sql')).toMatch(/^[0-9a-f]{64}$/);
});

it('reads text unchanged, with its byte order mark and line ends', async () => {
  const { files, put } = workspace();
  const text = '\uFEFFselect 1;\r\n-- ✔\n';
  put('a.sql', text);
  expect(await files.read('a.sql')).toBe(text);
  expect(await files.hash('a.sql')).toBe(sha256(text));
});

it('reports the type of the entry at a path', async () => {
  const { files, put, at } = workspace();
  put('file', 'four');
  chmodSync(at('file'), 0o640);
  mkdirSync(at('folder'), { mode: 0o750 });
  symlinkSync('file', at('link'));
  symlinkSync('nowhere', at('dangling'));
  symlinkSync('circle', at('circle'));
  expect(await files.inspect('file')).toEqual({ type: 'file', mode: 0o640, size: 4 });
  expect(await files.inspect('folder')).toEqual({ type: 'directory', mode: 0o750 });
  expect(await files.inspect('link')).toMatchObject({ type: 'file' });
  expect(await files.inspect('absent')).toEqual({ type: 'absent' });
  for (const path of ['dangling', 'circle', 'file/below']) {
    expect(await files.inspect(path), path).toMatchObject({ type: 'other' });
  }
});

it('lists names in order, and none if the folder does not exist', async () => {
  const { files, put } = workspace();
  put('b', '');
  put('a', '');
  expect(await files.list('.')).toEqual(['a', 'b']);
  expect(await files.list('absent')).toEqual([]);
});

it('creates folders with their parents, moves files, and removes folders with their contents', async () => {
  const { files, put, text, names } = workspace();
  await files.makeDirectory('a/b');
  await files.makeDirectory('a/b');
  put('x', 'moved');
  await files.move('x', 'a/b/x');
  expect(text('a/b/x')).toBe('moved');
  await files.remove('a');
  await files.remove('a');
  expect(names()).toEqual([]);
});

it('reports a failed operation with the path and the errno', async () => {
  const { files, put } = workspace();
  put('file', '');
  await expect(files.read('absent')).rejects.toThrow('read absent: ENOENT');
  await expect(files.write('absent/x', '', 0o644)).rejects.toThrow('write absent/x: ENOENT');
  await expect(files.list('file')).rejects.toThrow('list file: ENOTDIR');
  await expect(files.move('absent', 'b')).rejects.toThrow('move absent: ENOENT');
  await expect(files.setMode('absent', 0o600)).rejects.toThrow('set the mode of absent: ENOENT');
  await expect(files.makeDirectory('file')).rejects.toThrow('make the folder file: EEXIST');
});

it('turns only errors of the system into a FileFault; any other exception is a bug', async () => {
  const system = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
  const bug = Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' });
  expect([errnoOf(system), errnoOf(bug), errnoOf('ENOSPC')]).toEqual(['ENOSPC', undefined, undefined]);
  await expect(withFileFault('write', 'a', () => Promise.reject(system))).rejects.toBeInstanceOf(FileFault);
  await expect(withFileFault('write', 'a', () => Promise.reject(bug))).rejects.toBe(bug);
});
