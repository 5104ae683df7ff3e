import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unsupportedSettings } from '../../src/adapters/ssh/restrictions.ts';
import { recorded } from '../doubles/data/recorded.ts';
import { version } from '../testbed/doubles/cloudflared/version.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/compatibility.md'), 'utf8');

test('names the cloudflared that the double imitates, and what was recorded of it', () => {
  const { configurations, expressions } = recorded;
  const tried = `${version.split(' ')[0]} (${configurations.length} configurations, ${expressions.length} regular expressions)`;
  expect(page).toContain(tried);
});

test('names every setting of ssh_config that is refused', () => {
  const settings = new Map(
    [
      'remotecommand x',
      'sessiontype none',
      'knownhostscommand x',
      'pubkeyauthentication no',
      'preferredauthentications password',
      'certificatefile x',
      'bindinterface x',
      'proxyusefdpass yes',
      'kexalgorithms x',
      'ciphers x',
      'macs x',
      'hostkeyalgorithms x',
    ].map((line) => [line.split(' ')[0] ?? '', [line.split(' ')[1] ?? '']]),
  );
  const names = unsupportedSettings(settings).map((line) => /^\w+/.exec(line)?.[0] ?? '');
  expect(names).toHaveLength(settings.size);
  for (const name of names) expect(page).toContain(`\`${name}`);
});

test('names only problems that are explained', () => {
  const explained = readFileSync(join(import.meta.dirname, '../../docs/reference/problems.md'), 'utf8');
  for (const code of page.match(/ERP-\d{4}/g) ?? []) expect(explained).toContain(code);
});
