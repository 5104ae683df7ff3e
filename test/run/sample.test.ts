import { afterEach, describe, expect, test, vi } from 'vitest';
import { byExtent, sampleOf, sampleWithFirsts } from './sample.ts';
import { environmentOf, type RunSettings } from './settings.ts';

afterEach(() => vi.unstubAllEnvs());

function underSettings(settings: Partial<RunSettings>): void {
  const usual = {
    extent: 'usual',
    seed: 1,
    share: null,
    shuffle: false,
    named: false,
    missing: [],
    logFile: null,
    coverage: false,
  } as const;
  for (const [name, value] of Object.entries(environmentOf({ ...usual, ...settings })))
    vi.stubEnv(name, value);
}

const items = Array.from({ length: 100 }, (_, index) => index);

describe('the sample of a matrix in a run', () => {
  test('differs for each seed, and consecutive seeds cover the whole matrix', () => {
    const taken = [5, 6, 7, 8].flatMap((seed) => {
      underSettings({ seed });
      return sampleOf('numbers', items, { usual: 4 });
    });
    expect(taken.toSorted((one, other) => one - other)).toEqual(items);
  });

  test('is the whole matrix in test:all, unless the matrix has shares there', () => {
    underSettings({ extent: 'all' });
    expect(sampleOf('numbers', items, { usual: 4 })).toEqual(items);
    expect(sampleOf('numbers', items, { usual: 40, all: 10 })).toHaveLength(10);
  });

  test('is the given share, with any seed', () => {
    const taken = [1, 2, 3].flatMap((k) => {
      underSettings({ extent: 'all', seed: 9, share: { k, n: 3 } });
      return sampleOf('numbers', items, { usual: 4, all: 10 });
    });
    expect(taken.toSorted((one, other) => one - other)).toEqual(items);
  });

  test('always contains the first item of each kind, and all items in test:all', () => {
    const taken = () => sampleWithFirsts('numbers', items, (item) => `${item % 3}`, { usual: 4 });
    const samples = [1, 2, 3, 4].map((seed) => {
      underSettings({ seed });
      return taken();
    });
    for (const sample of samples) expect(sample).toEqual(expect.arrayContaining([0, 1, 2]));
    expect(new Set(samples.flat())).toEqual(new Set(items));
    expect(samples.flat()).toHaveLength(97 + 4 * 3);
    underSettings({ extent: 'all' });
    expect(taken()).toEqual(items);
  });

  test('depends only on the extent if values are given for each extent', () => {
    underSettings({ extent: 'all' });
    expect(byExtent({ usual: 1, all: 5 })).toBe(5);
  });
});
