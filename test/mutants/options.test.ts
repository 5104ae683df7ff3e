import { expect, test } from 'vitest';
import { optionsFrom } from './options.ts';

test('arguments are names of faults, or of test files if the map is measured', () => {
  expect(optionsFrom(['lock', '--seed', '7'])).toMatchObject({ map: false, faults: ['lock'], seed: 7 });
  expect(optionsFrom(['--map', '--group', 'unit', 'lock'])).toMatchObject({
    map: true,
    groups: ['unit'],
    files: ['lock'],
    faults: [],
  });
});

test.each([
  [['--group', 'unit'], '--map'],
  [['--containers'], '--map'],
  [['--map', '--group', 'all'], '--group all'],
  [['--seed', 'x'], '--seed x'],
  [['--no-such-flag'], '--no-such-flag'],
])('unknown arguments are refused: %j', (words, named) => {
  expect(() => optionsFrom(words)).toThrow(named);
});
