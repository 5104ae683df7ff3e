import { expect, test } from 'vitest';
import { freeSubnets, overlaps } from './subnets.ts';

test.each([
  ['10.231.0.0/24', '10.231.0.0/16', true],
  ['10.231.0.0/24', '10.231.1.0/24', false],
  ['10.231.0.0/24', '10.231.0.7', true],
  ['172.30.0.0/24', '172.16.0.0/12', true],
  ['172.30.0.0/24', '172.17.0.0/16', false],
])('%s and %s overlap: %s', (one, other, expected) => {
  expect(overlaps(one, other)).toBe(expected);
  expect(overlaps(other, one)).toBe(expected);
});

test('a subnet that another network has is not free, and the next one is', () => {
  expect(freeSubnets([])[0]).toBe('10.231.0.0/24');
  expect(freeSubnets(['10.231.0.0/24', '10.231.1.128/25', '172.17.0.0/16'])[0]).toBe('10.231.2.0/24');
  expect(freeSubnets(['10.0.0.0/8'])[0]).toBe('172.30.0.0/24');
  expect(freeSubnets(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'])).toEqual([]);
});
