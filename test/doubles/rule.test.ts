import { expect, test } from 'vitest';
import { parseRule } from '../testbed/doubles/traefik/rule.ts';

const asked = (url: string) => {
  const { hostname, pathname, searchParams } = new URL(url);
  return { method: 'GET', host: hostname, path: pathname, query: searchParams, headers: { accept: 'x' } };
};
const matches = (rule: string, url: string) => parseRule(rule)(asked(url));

test.each([
  ['Host(`a.example`) && (Path(`/erp`) || PathPrefix(`/erp/`))', 'http://a.example/erp', true],
  ['Host(`a.example`) && (Path(`/erp`) || PathPrefix(`/erp/`))', 'http://a.example/erp/people', true],
  ['Host(`a.example`) && (Path(`/erp`) || PathPrefix(`/erp/`))', 'http://a.example/erp-x', false],
  ['Host(`a.example`) && (Path(`/erp`) || PathPrefix(`/erp/`))', 'http://b.example/erp', false],
  ['PathPrefix(`/erp`)', 'http://a.example/erp-x', true],
  ['Host(`A.Example`)', 'http://a.example/', true],
  ['Host("a.example") && !PathPrefix("/erp")', 'http://a.example/agent', true],
  ['Host(`a.example`) && !PathPrefix(`/erp`)', 'http://a.example/erp', false],
  ['Host(`b.example`) || Host(`a.example`) && Path(`/x`)', 'http://b.example/y', true],
  ['!(Host(`b.example`) || Host(`a.example`))', 'http://c.example/', true],
  ['Query(`a`, `1`) && Method(`get`) && Header(`Accept`, `x`)', 'http://c.example/?a=1', true],
  ['HostRegexp(`^[a-z]+\\.example$`) && PathRegexp(`^/e`)', 'http://c.example/erp', true],
])('%s matches %s: %s', (rule, url, wanted) => {
  expect(matches(rule, url)).toBe(wanted);
});

test.each([
  ['Hots(`a`)', 'error while parsing rule Hots(`a`): unsupported function: Hots'],
  [
    'Host(`a`, `b`)',
    'error while adding rule Host: unexpected number of parameters; got 2, expected one of [1]',
  ],
  ['Host(`a`) &&', "error while parsing rule Host(`a`) &&: 6: expected operand, found 'EOF'"],
  ['Host(`a`) Path(`/b`)', "error while parsing rule Host(`a`) Path(`/b`): 5: expected ';', found 'Path'"],
  ['Path(`b`)', 'error while adding rule Path: path "b" does not start with a \'/\''],
])('%s is refused', (rule, why) => {
  expect(() => parseRule(rule)).toThrow(why);
});
