import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { ConfigFileError, readConfigFile } from '../testbed/doubles/cloudflared/config-file.ts';
import { IngressError, matchingRule, parseIngress } from '../testbed/doubles/cloudflared/ingress.ts';
import { recorded } from './data/recorded.ts';

function judged(text: string): { readonly verdict: string; readonly rules?: readonly number[] } {
  const path = join(tempFolder(), 'config.yml');
  writeFileSync(path, text);
  try {
    const { config, warnings } = readConfigFile(path);
    const rules = parseIngress(config.ingress, config.originRequest);
    const taken = recorded.urls.map((url) => {
      const { hostname, pathname } = new URL(url);
      return matchingRule(rules, hostname, pathname);
    });
    return { verdict: warnings.length > 0 ? 'warning' : 'valid', rules: taken };
  } catch (error) {
    if (error instanceof ConfigFileError || error instanceof IngressError) return { verdict: 'invalid' };
    throw error;
  }
}

describe('the double of cloudflared judges a configuration as cloudflared 2026.8.2 does', () => {
  test.each(recorded.configurations.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { verdict, rules } = one;
    expect(judged(one.text)).toEqual(rules === undefined ? { verdict } : { verdict, rules });
  });
});

describe('it evaluates the path of a rule as Go does', () => {
  test.each(recorded.expressions.map((one) => [one.regex, one] as const))(
    '%s',
    (regex, { matches, refused }) => {
      const rules = [
        { hostname: '', path: regex, service: 'hello_world' },
        { hostname: '', path: '', service: 'http_status:404' },
      ];
      if (refused) return expect(() => parseIngress(rules)).toThrow(IngressError);
      const parsed = parseIngress(rules);
      const taken = recorded.paths.map((asked) => (matchingRule(parsed, 'a.com', asked) === 0 ? 1 : 0));
      expect(taken.join('')).toBe(matches);
    },
  );
});
