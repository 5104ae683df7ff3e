import { expect, test } from 'vitest';
import { megabytesIn } from '../../src/containers/container-memory.ts';

test.each([
  ['38.5MiB / 300MiB', 39],
  ['1.5GiB / 7.7GiB', 1536],
  ['900KiB / 300MiB', 1],
  ['0B / 0B', 0],
  ['--', null],
])('reads "%s" of docker as %s MB', (usage, megabytes) => {
  expect(megabytesIn(usage)).toBe(megabytes);
});
