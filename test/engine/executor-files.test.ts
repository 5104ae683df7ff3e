import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesIn } from '../../src/adapters/files.ts';
import type { Change } from '../../src/domain/change.ts';
import { Secret } from '../../src/domain/secret.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { sha256 } from '../support/disk/memory-files.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { bench } from '../support/report/bench.ts';
import { absent, fileOf, writeOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;

/** A workspace on the real disk. */
async function workspace() {
  const root = tempFolder();
  const { parts, records } = await bench({ files: filesIn(root) });
  const at = (path: string) => join(root, path);
  return {
    at,
    records,
    apply: (change: Change) => applyChange(parts, '0.2', change, signal),
    text: (path: string) => readFileSync(at(path), 'utf8'),
    put: (path: string, text: string) => writeFileSync(at(path), text, { mode: 0o644 }),
    mode: (path: string) => (statSync(at(path)).mode & 0o777).toString(8),
    backups: () => readdirSync(at('.erp-deploy/backups')),
  };
}

it('writes a file with its mode, and records the result', async () => {
  const { apply, text, mode, records } = await workspace();
  expect(await apply(writeOf('compose.yml', 'services:\n', { mode: 0o666 }))).toBe('applied');
  expect(text('compose.yml')).toBe('services:\n');
  expect(mode('compose.yml')).toBe('666');
  expect(records().at(-1)).toMatchObject({ written: { path: 'compose.yml', sha256: sha256('services:\n') } });
});

it('creates a folder, and sets a mode', async () => {
  const { apply, put, mode, at } = await workspace();
  await apply({ kind: 'write', path: 'a/b', entry: { type: 'directory' }, before: absent });
  expect(statSync(at('a/b')).isDirectory()).toBe(true);
  put('.env', 'A=1\n');
  await apply({ kind: 'write', path: '.env', entry: { type: 'mode', mode: 0o600 }, before: fileOf('A=1\n') });
  expect(mode('.env')).toBe('600');
});

it('backs up the bytes that it overwrites, under the name of their hash', async () => {
  const { apply, put, text, records, mode } = await workspace();
  put('compose.yml', 'old\n');
  await apply(writeOf('compose.yml', 'new\n', { was: 'old\n' }));
  const backup = `.erp-deploy/backups/${sha256('old\n')}`;
  expect(text(backup)).toBe('old\n');
  expect(mode(backup)).toBe('600');
  expect(records()[0]).toMatchObject({ type: 'intended', backup });
});

it('keeps neither a copy nor the hash of a file that may contain secrets', async () => {
  const { apply, put, text, records, at } = await workspace();
  put('.env', 'A=old\n');
  const content = ['A=old\nB=', new Secret('hunter2'), '\nC=', { generateBytes: 32 }, '\n'];
  await apply(writeOf('.env', content, { was: 'A=old\n', mode: 0o600, confidential: true }));
  expect(text('.env')).toMatch(/^A=old\nB=hunter2\nC=[\w-]{43}\n$/);
  expect(() => statSync(at('.erp-deploy/backups'))).toThrow('ENOENT');
  const journal = JSON.stringify(records());
  expect(journal).not.toContain('hunter2');
  expect(journal).not.toContain(sha256(text('.env')));
});

it('moves a file', async () => {
  const { apply, put, text, at } = await workspace();
  mkdirSync(at('deprecated'));
  put('001_old.sql', 'select 1;');
  const change = {
    kind: 'move',
    from: '001_old.sql',
    to: 'deprecated/001_old.sql',
    before: fileOf('select 1;'),
  } as const;
  expect(await apply(change)).toBe('applied');
  expect(text('deprecated/001_old.sql')).toBe('select 1;');
  expect(() => text('001_old.sql')).toThrow('ENOENT');
});

it('does not move a file over one that was created meanwhile', async () => {
  const { apply, put, text, records } = await workspace();
  put('a', 'one');
  put('b', 'precious');
  expect(await apply({ kind: 'move', from: 'a', to: 'b', before: fileOf('one') })).toBe('moved');
  expect([text('a'), text('b')]).toEqual(['one', 'precious']);
  expect(records()).toEqual([]);
});

it.each([
  ['a file exists where none did', writeOf('a', 'ours'), 'theirs'],
  ['the file is another one', writeOf('a', 'ours', { was: 'before' }), 'theirs'],
  ['the file is gone', writeOf('a', 'ours', { was: 'before' }), null],
])('writes nothing if the actual state has changed: %s', async (_, change, now) => {
  const { apply, put, text, at, records } = await workspace();
  if (now !== null) put('a', now);
  expect(await apply(change)).toBe('moved');
  if (now === null) expect(() => statSync(at('a'))).toThrow('ENOENT');
  else expect(text('a')).toBe(now);
  expect(records()).toEqual([]);
});

it('writes nothing in place of a folder or a dangling link', async () => {
  const { apply, at } = await workspace();
  mkdirSync(at('folder'));
  expect(await apply(writeOf('folder', 'ours'))).toBe('moved');
  mkdirSync(at('real'));
  symlinkSync(at('real'), at('link'));
  expect(await apply(writeOf('link', 'ours'))).toBe('moved');
});

it('replaces an incomplete backup that a kill left', async () => {
  const { apply, put, text, at } = await workspace();
  put('compose.yml', 'what a person wrote\n');
  const backup = `.erp-deploy/backups/${sha256('what a person wrote\n')}`;
  mkdirSync(at('.erp-deploy/backups'), { recursive: true });
  put(`${backup}.1234.tmp`, 'what a per');
  await apply(writeOf('compose.yml', 'new\n', { was: 'what a person wrote\n' }));
  expect(text(backup)).toBe('what a person wrote\n');
});
