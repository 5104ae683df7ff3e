import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const decision = 'docs/decisions/0022-dependencies.md';
const names = z.record(z.string(), z.string());

test(`${decision} names every dependency, and no other`, () => {
  const manifest = readFileSync('package.json', 'utf8');
  const { dependencies, devDependencies } = z
    .object({ dependencies: names, devDependencies: names })
    .parse(JSON.parse(manifest));
  const rows = readFileSync(decision, 'utf8').matchAll(/^\| (?!package )([^*|-][^|]*?) +\|/gm);
  const named = [...rows].flatMap(([, cell = '']) => cell.split(', '));
  expect(named.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});
