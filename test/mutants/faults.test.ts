import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { testFiles } from '../run/test-files.ts';
import { filesFor } from './choose-files.ts';
import { readCoverage } from './coverage-map.ts';
import { type Fault, planted } from './fault.ts';
import { faults } from './faults.ts';
import { hostileFaults } from './hostile-faults.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFileSync(join(checkout, path), 'utf8');

describe('the planted faults', () => {
  test('are 25, each with a unique name', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(25);
    expect(faults).toHaveLength(25);
  });

  test.each([...faults, ...hostileFaults])('fit their source file: $name', async (fault) => {
    const text = textOf(fault.file);
    const faulty = planted(text, fault);
    expect(faulty).not.toBe(text);
    const loader = fault.file.endsWith('.sh') ? 'text' : 'ts';
    await expect(transform(faulty, { loader })).resolves.toHaveProperty('code');
  });

  test('about hostile input are in the table of decision 72, each with the test file that has to find it', () => {
    const rows = textOf('docs/decisions/0072-fixes-taken-out.md').matchAll(
      /^\| (\S+) +\| `(\S+)` +\| .+ \| `(\S+)` +\|$/gm,
    );
    expect([...rows].map(([, name, file, foundBy]) => ({ name, file, foundBy }))).toEqual(
      hostileFaults.map(({ name, file, foundBy }) => ({ name, file, foundBy })),
    );
    for (const { foundBy } of hostileFaults) expect(existsSync(join(checkout, foundBy))).toBe(true);
  });

  const map = readCoverage();
  test.each(faults)(
    'are in a file that a test file executes according to the coverage map: $name',
    ({ file, usedBy = file }) => {
      expect(filesFor(usedBy, map, testFiles())).not.toEqual([]);
    },
  );
});

test('a fault whose snippet does not occur exactly once is refused', () => {
  const fault: Fault = { name: 'f', file: 'src/a.ts', snippet: 'one', replacement: 'two', wrong: '' };
  expect(planted('it is one.', fault)).toBe('it is two.');
  expect(() => planted('it is none of these', { ...fault, snippet: 'gone' })).toThrow('0 times in src/a.ts');
  expect(() => planted('one and one', fault)).toThrow('2 times in src/a.ts');
});

test('the coverage map is up to date except for a few files (if not, run: npm run test:mutants -- --map)', () => {
  const named = new Set([...readCoverage()].flatMap(([path, { sources }]) => [path, ...sources]));
  const gone = [...named].filter((path) => !existsSync(join(checkout, path)));
  expect(named.size).toBeGreaterThan(300);
  expect(gone.length, `${gone}`).toBeLessThan(named.size / 10);
});
