import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { appendFile } from '../../src/adapters/append-file.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const path = '.erp-deploy/journal.jsonl';

function journal() {
  const root = tempFolder();
  const full = join(root, path);
  return { file: appendFile(root, path), full, text: () => readFileSync(full, 'utf8') };
}

it('reads a missing file as empty, without creating it', async () => {
  const { file, full } = journal();
  expect(await file.read()).toHaveLength(0);
  expect(() => statSync(full)).toThrow('ENOENT');
});

it('appends to the file, in a folder that it creates for the owner only', async () => {
  const { file, full, text } = journal();
  await file.append('one\n');
  await file.append('zwölf\n');
  expect(text()).toBe('one\nzwölf\n');
  expect(Buffer.from(await file.read()).toString()).toBe('one\nzwölf\n');
  expect(statSync(full).mode & 0o777).toBe(0o600);
});

it('truncates the file at a byte, and appends from there', async () => {
  const { file, text } = journal();
  await file.append('zwölf\ntorn');
  await file.cut(Buffer.byteLength('zwölf\n'));
  await file.append('next\n');
  expect(text()).toBe('zwölf\nnext\n');
});

it('reports a refusal of the system with the path relative to the workspace', async () => {
  const root = tempFolder();
  writeFileSync(join(root, '.erp-deploy'), 'a file in the way');
  const file = appendFile(root, path);
  await expect(file.append('x')).rejects.toMatchObject({ name: 'FileFault', path, operation: 'write' });
  await expect(file.read()).rejects.toMatchObject({ errno: 'ENOTDIR', operation: 'read' });
});
