import { describe, expect, test } from 'vitest';
import { optionsFrom } from './options.ts';

describe('the arguments of node test/run.ts', () => {
  test('select a command; without arguments it is npm test', () => {
    expect(optionsFrom([])).toMatchObject({ command: 'usual', settings: { extent: 'usual' }, files: [] });
    expect(optionsFrom(['all', '--shard', '2/5'])).toMatchObject({
      command: 'all',
      settings: { extent: 'all', share: { k: 2, n: 5 } },
    });
    expect(optionsFrom(['soak', '--law', 'fuzz', '--minutes', '1.5'])).toMatchObject({
      law: 'fuzz',
      minutes: 1.5,
    });
  });

  test('may contain flags, groups and parts of file names in any order', () => {
    const words = ['usual', '--allow-missing', '--seed', '7', '--shuffle', 'status', '--group', 'unit'];
    expect(optionsFrom(words)).toMatchObject({
      allowMissing: true,
      settings: { seed: 7, shuffle: true, named: true },
      files: ['status'],
      groups: ['unit'],
    });
  });

  test.each([
    [['--shard', '1/5'], 'test:all'],
    [['all', '--shard', '6/5'], '6/5'],
    [['all', '--shard', '0/5'], '0/5'],
    [['--seed', 'x'], '--seed x'],
    [['--group', 'all'], '--group all'],
    [['soak', '--law', 'gravity'], '--law gravity'],
    [['--no-such-flag'], '--no-such-flag'],
  ])('are refused if they are unknown: %j', (words, named) => {
    expect(() => optionsFrom(words)).toThrow(named);
  });
});
