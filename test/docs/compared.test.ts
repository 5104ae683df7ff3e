import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { objectKinds } from '../../src/database/catalog/catalog.ts';

const page = readFileSync(new URL('../../docs/reference/compared.md', import.meta.url), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));
const named = rows.map((row) => row.split('|')[1] ?? '').join(',');

test.each(objectKinds)('the page lists the compared properties of a %s', (kind) => {
  expect(named).toContain(kind);
});
