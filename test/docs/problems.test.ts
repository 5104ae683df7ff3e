import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const codesIn = (text: string) => new Set(text.match(/ERP-\d{4}/g) ?? []);

function sources(): string {
  const files = ['src', 'bin'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, folder, name),
    ),
  );
  return files
    .filter((name) => /\.(ts|tsx|js)$/.test(name))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n');
}

test('every problem that can be shown is explained in the reference, and no other', () => {
  const explained = codesIn(readFileSync(join(root, 'docs/reference/problems.md'), 'utf8'));
  expect([...codesIn(sources())].sort()).toEqual([...explained].sort());
});

test('no two problems share a code', () => {
  const rows: readonly string[] =
    readFileSync(join(root, 'docs/reference/problems.md'), 'utf8').match(/^\| ERP-\d{4}/gm) ?? [];
  expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
});

test('every flag that gives an approval is in the table of approvals', () => {
  const table = readFileSync(join(root, 'docs/reference/consents.md'), 'utf8');
  // --skip approves nothing: the journal records it only as the reason of a skipped step.
  const flags = sources().match(/flag: '(--(?!skip')[\w-]+)'/g) ?? [];
  expect(flags.length).toBeGreaterThan(0);
  for (const flag of flags) expect(table).toContain(flag.slice(7, -1));
});
