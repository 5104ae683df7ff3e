import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { laws } from './laws.ts';
import { environmentOf, settingsFrom } from './settings.ts';
import { filesOfRun, testFiles } from './test-files.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const files = testFiles();
const needsOf = (path: string) => files.find((file) => file.path === path)?.needs;

test('a test file has the needs of all files that it imports, directly or indirectly', () => {
  expect(needsOf('test/doubles/postgrest-rows.test.ts')).toContain('postgresql');
  expect(needsOf('test/e2e-docker/production.test.ts')).toContain('testbed');
  expect(needsOf('test/domain/change.test.ts')).toEqual([]);
});

test('the files of test:unit need neither programs of this machine nor the built program', () => {
  const unit = files.filter(({ group }) => group === 'unit' || group === 'fuzz');
  expect(unit.length).toBeGreaterThan(100);
  expect(unit.filter(({ needs }) => needs.length > 0)).toEqual([]);
});

test('npm test runs a share of the files that run in turn; test:all and a run with named files omit none of them', () => {
  const usual = settingsFrom({});
  const runs = (changed: Partial<typeof usual>) => {
    const settings = { ...usual, ...changed };
    for (const [name, value] of Object.entries(environmentOf(settings))) vi.stubEnv(name, value);
    return filesOfRun(settings).map(({ path }) => path);
  };
  const unnamed = { named: false, extent: 'usual', share: null } as const;
  const days = Array.from({ length: 10 }, (_, seed) => runs({ ...unnamed, seed }));
  const all = runs({ ...unnamed, extent: 'all' });
  vi.unstubAllEnvs();
  const inTurn = files.filter((file) => file.runs === 'in turn').map(({ path }) => path);
  expect(
    days
      .flat()
      .filter((path) => inTurn.includes(path))
      .toSorted(),
  ).toEqual(inTurn);
  expect(all).toEqual(files.map(({ path }) => path));
  expect(runs({ ...unnamed, named: true })).toEqual(expect.arrayContaining(inTurn));
  vi.unstubAllEnvs();
});

test('every file listed in laws.ts or test-order.ts exists', () => {
  const order = readFileSync(join(checkout, 'test/run/test-order.ts'), 'utf8');
  const ordered = [...order.matchAll(/^ {2}'([\w/-]+)',$/gm)].map(([, name]) => `test/${name}.test.ts`);
  const named = [...ordered, ...Object.values(laws).flatMap((law) => law.files ?? [])];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !files.some((file) => file.path === path))).toEqual([]);
});
