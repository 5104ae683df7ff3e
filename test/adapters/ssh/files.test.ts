import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { filesIn } from '../../../src/adapters/files.ts';
import type { FileFault, Files } from '../../../src/domain/ports/files.ts';
import { RoundTrips } from '../../../src/domain/round-trips.ts';
import { anySignal, openHost } from './open-host.ts';
import { type Sshd, startSshd } from './sshd.ts';

const folder = "service builds/it's $HOME";

async function openFolder(): Promise<{ sshd: Sshd; files: Files; at: string }> {
  const sshd = await startSshd();
  const { files } = await openHost(sshd, {}, { folder });
  const at = join(sshd.home, folder);
  mkdirSync(at, { recursive: true });
  return { sshd, files, at };
}

test('a file arrives whole, with its mode, and nothing else', async () => {
  const { files, at } = await openFolder();
  const text = `${'ä€😀\r\n\0'.repeat(200_000)}end`;
  await files.write('a file', text, 0o640);
  expect(readFileSync(join(at, 'a file'), 'utf8')).toBe(text);
  expect(statSync(join(at, 'a file')).mode & 0o7777).toBe(0o640);
  expect(readdirSync(at)).toEqual(['a file']);
  expect(await files.read('a file')).toBe(text);
  expect(await files.hash('a file')).toBe(await filesIn(at).hash('a file'));
});

test('a read that the production host never answers fails after the time limit, and the next read works', async () => {
  const sshd = await startSshd();
  const { files } = await openHost(sshd, {}, { folder, limits: { query: 500 } });
  const at = join(sshd.home, folder);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'file'), 'text');
  // Opening the pipe waits for a writer that never comes, as a read waits for a disk that is gone.
  execFileSync('mkfifo', [join(at, 'stuck')]);
  onTestFinished(() => void execFileSync('sh', ['-c', ': <>"$1"', 'sh', join(at, 'stuck')]));
  await expect(files.read('stuck')).rejects.toThrow('ERP-0711');
  expect(await files.read('file')).toBe('text');
});

test('a file is replaced with its mode, and a link stays a link', async () => {
  const { files, at } = await openFolder();
  writeFileSync(join(at, 'real'), 'before');
  chmodSync(join(at, 'real'), 0o644);
  symlinkSync('real', join(at, 'link'));
  await files.write('link', 'after', 0o600);
  expect(await filesIn(at).inspect('real')).toEqual({ type: 'file', mode: 0o600, size: 5 });
  expect(readdirSync(at)).toEqual(['link', 'real']);
});

test('writes an empty file, copies, moves, sets modes, makes folders and removes', async () => {
  const { files, at } = await openFolder();
  await files.write('empty', '', 0o600);
  writeFileSync(join(at, 'old'), 'in the way');
  await files.copy('old', 'copy', 0o600);
  await files.move('empty', 'old');
  await files.setMode('old', 0o755);
  await files.makeDirectory('a/b/c');
  await files.makeDirectory('a/b/c');
  await files.write('a/b/c/-rf', 'x', 0o644);
  expect(await files.list('.')).toEqual(['a', 'copy', 'old']);
  expect(await files.inspect('old')).toEqual({ type: 'file', mode: 0o755, size: 0 });
  expect(await files.inspect('copy')).toEqual({ type: 'file', mode: 0o600, size: 10 });
  await files.remove('a');
  await files.remove('not there');
  expect(await files.list('a')).toEqual([]);
});

test('inspect() and list() return the same as for local files', async () => {
  const { files, at } = await openFolder();
  mkdirSync(join(at, 'directory'), { mode: 0o750 });
  writeFileSync(join(at, 'file'), 'text', { mode: 0o640 });
  symlinkSync('nowhere', join(at, 'dangling'));
  symlinkSync('file', join(at, 'link'));
  execFileSync('mkfifo', [join(at, 'pipe')]);
  const here = filesIn(at);
  for (const path of [
    '.',
    'directory',
    'file',
    'link',
    'dangling',
    'pipe',
    'absent',
    'no/such',
    'file/x',
    'file/x/y',
  ]) {
    expect([path, await files.inspect(path)]).toEqual([path, await here.inspect(path)]);
  }
  expect(await files.list('.')).toEqual(await here.list('.'));
});

const isRoot = userInfo().uid === 0;

test.each<[string, (files: Files) => Promise<unknown>, string]>([
  ['reading a file that does not exist', (files) => files.read('absent'), 'ENOENT'],
  ['reading bytes that are not UTF-8', (files) => files.read('bytes'), 'EILSEQ'],
  ['the checksum of a file that does not exist', (files) => files.hash('absent'), 'ENOENT'],
  ['writing into a folder that does not exist', (files) => files.write('no/such', 'x', 0o600), 'ENOENT'],
  ['writing below a file', (files) => files.write('bytes/x', 'x', 0o600), 'ENOTDIR'],
  ['writing over a folder', (files) => files.write('folder', 'x', 0o600), 'EISDIR'],
  ['making a folder over a file', (files) => files.makeDirectory('bytes'), 'EEXIST'],
  ['making a folder below a file', (files) => files.makeDirectory('bytes/x'), 'ENOTDIR'],
  ['moving a file that does not exist', (files) => files.move('absent', 'x'), 'ENOENT'],
  ['copying a file that does not exist', (files) => files.copy('absent', 'x', 0o600), 'ENOENT'],
  ['the mode of a file that does not exist', (files) => files.setMode('absent', 0o600), 'ENOENT'],
])('%s is reported by its errno', async (_what, act, errno) => {
  const { files, at } = await openFolder();
  mkdirSync(join(at, 'folder'));
  writeFileSync(join(at, 'bytes'), Buffer.from([0xff, 0xfe]));
  const before = readdirSync(at);
  await expect(act(files)).rejects.toMatchObject({ name: 'FileFault', errno });
  expect(readdirSync(at)).toEqual(before);
});

test.runIf(isRoot)(
  'a full disk and a read-only disk are distinguished, and leave no partial file',
  async () => {
    const { files, at } = await openFolder();
    for (const [name, options] of [
      ['full', 'size=64k'],
      ['sealed', 'size=64k'],
    ] as const) {
      mkdirSync(join(at, name));
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', join(at, name)]);
      onTestFinished(() => void execFileSync('umount', [join(at, name)]));
    }
    writeFileSync(join(at, 'full', 'kept'), 'before');
    execFileSync('mount', ['-o', 'remount,ro', join(at, 'sealed')]);
    const big = 'x'.repeat(200_000);
    await expect(files.write('full/kept', big, 0o600)).rejects.toMatchObject({ errno: 'ENOSPC' });
    expect(readdirSync(join(at, 'full'))).toEqual(['kept']);
    expect(await files.read('full/kept')).toBe('before');
    await expect(files.write('sealed/x', 'x', 0o600)).rejects.toMatchObject({ errno: 'EROFS' });
    await expect(files.makeDirectory('sealed/x')).rejects.toMatchObject({ errno: 'EROFS' });
  },
);

test('an upload removes the temporary files that interrupted uploads to the same path left', async () => {
  const { files, at } = await openFolder();
  for (const name of ['f.erp-deploy-0.tmp', 'f.erp-deploy-1.tmp', 'g.erp-deploy-0.tmp']) {
    writeFileSync(join(at, name), 'part');
  }
  await files.write('f', 'whole', 0o600);
  expect(readdirSync(at)).toEqual(['f', 'g.erp-deploy-0.tmp']);
});

test('a write after another rollout took the lock leaves nothing behind, not even the temporary file', async () => {
  const sshd = await startSshd();
  const file = join(sshd.folder, 'token');
  writeFileSync(file, 'theirs');
  const { files } = await openHost(sshd, {}, { lock: () => ({ file, token: 'ours' }) });
  await expect(files.write('.env', 'SECRET=1', 0o600)).rejects.toMatchObject({
    problems: [{ code: 'ERP-0720', exit: 6 }],
  });
  expect(readdirSync(sshd.home).filter((name) => name.startsWith('.env'))).toEqual([]);
});

test('an absolute folder is not resolved against the home directory', async () => {
  const sshd = await startSshd();
  const { files } = await openHost(sshd, {}, { folder: join(sshd.folder, 'elsewhere') });
  expect(files.root).toBe(join(sshd.folder, 'elsewhere'));
  expect(await files.inspect('.')).toEqual({ type: 'absent' });
  await files.makeDirectory('.');
  expect(existsSync(join(sshd.folder, 'elsewhere'))).toBe(true);
});

test('needs no sftp on the server', async () => {
  const { files } = await openHost(await startSshd('Subsystem sftp /bin/false'), {}, { folder });
  await files.makeDirectory('.');
  await files.write('a file', 'text', 0o600);
  expect(await files.read('a file')).toBe('text');
});

test('changes nothing at a path that has changed since it was confirmed', async () => {
  const { files, at } = await openFolder();
  const before = { state: 'file', sha256: '0'.repeat(64) } as const;
  const absent = { state: 'absent' } as const;
  writeFileSync(join(at, 'file'), 'by hand');
  mkdirSync(join(at, 'full'));
  writeFileSync(join(at, 'full', 'kept'), '');
  for (const change of [
    () => files.write('file', 'ours', 0o600, before),
    () => files.write('file', 'ours', 0o600, absent),
    () => files.write('new', 'ours', 0o600, before),
    () => files.setMode('file', 0o600, before),
    () => files.remove('file', before),
    () => files.makeDirectory('file', absent),
    () => files.removeFolder('full', { state: 'folder' }),
  ]) {
    await expect(change()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  }
  expect(readdirSync(at)).toEqual(['file', 'full']);
  expect(readFileSync(join(at, 'file'), 'utf8')).toBe('by hand');
  await files.write('file', 'ours', 0o600, { state: 'file', sha256: await files.hash('file') });
  expect(readFileSync(join(at, 'file'), 'utf8')).toBe('ours');
});

test('sends queries that are made at the same time in one round trip', async () => {
  const traffic = new RoundTrips();
  const sshd = await startSshd();
  const { files, processes } = await openHost(sshd, {}, { folder, traffic });
  await files.makeDirectory('.');
  await files.write('a file', 'text', 0o600);
  const { chain } = traffic.total;
  const inspected = (argv: readonly [string, ...string[]]) =>
    processes.run(argv, '.', anySignal, undefined, { inspects: true });
  const answers = await Promise.all([
    files.inspect('a file'),
    files.read('a file'),
    files.hash('absent').catch(({ errno }: FileFault) => errno),
    files.list('.'),
    inspected(['sh', '-c', 'echo out; echo err >&2; exit 3']),
    inspected(['no-such-program']),
  ]);
  expect(answers).toEqual([
    { type: 'file', mode: 0o600, size: 4 },
    'text',
    'ENOENT',
    ['a file'],
    { exitCode: 3, stdout: 'out', stderr: 'err', notFound: false },
    { exitCode: 127, stdout: '', stderr: '', notFound: true },
  ]);
  expect(traffic.total.chain - chain).toBe(1);
});

test('makes several changes in one round trip, up to the first whose path has changed since it was confirmed', async () => {
  const traffic = new RoundTrips();
  const sshd = await startSshd();
  const { files } = await openHost(sshd, {}, { folder, traffic });
  const at = join(sshd.home, folder);
  mkdirSync(join(at, '.erp-deploy'), { recursive: true });
  writeFileSync(join(at, 'third'), 'by hand');
  // An interrupted upload left this file; it may contain secrets.
  writeFileSync(join(at, '.erp-deploy', 'stage-0'), 'part');
  await files.inspect('.');
  const { chain } = traffic.total;
  const before = { state: 'absent' } as const;
  const content = `${'\u00e4\u20ac\ud83d\ude00\r\n\0'.repeat(30_000)}end`;
  const made = await files.together?.([
    { type: 'directory', path: 'new', before },
    { type: 'file', path: 'new/first', before, content, mode: 0o640 },
    { type: 'file', path: 'second', before, content: '', mode: 0o600 },
    { type: 'file', path: 'third', before, content: 'ours', mode: 0o600 },
    { type: 'file', path: 'fourth', before, content: 'ours', mode: 0o600 },
  ]);
  expect(made).toMatchObject({ done: 3, error: { name: 'PreconditionFailed' } });
  expect(traffic.total.chain - chain).toBe(1);
  expect(readFileSync(join(at, 'new', 'first'), 'utf8')).toBe(content);
  expect(statSync(join(at, 'new', 'first')).mode & 0o7777).toBe(0o640);
  expect(readFileSync(join(at, 'third'), 'utf8')).toBe('by hand');
  expect(readdirSync(at)).toEqual(['.erp-deploy', 'new', 'second', 'third']);
  expect(readdirSync(join(at, '.erp-deploy'))).toEqual([]);
});

test('reports which of several changes the host refuses, and why', async () => {
  const { files, at } = await openFolder();
  mkdirSync(join(at, '.erp-deploy'));
  const before = { state: 'absent' } as const;
  const made = await files.together?.([
    { type: 'file', path: 'first', before, content: 'text', mode: 0o600 },
    { type: 'file', path: 'no/such', before, content: 'text', mode: 0o600 },
  ]);
  expect(made).toMatchObject({ done: 1, error: { name: 'FileFault', errno: 'ENOENT', path: 'no/such' } });
  expect(readdirSync(at)).toEqual(['.erp-deploy', 'first']);
});
