import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsForOpenSsh, unsupportedSettings } from '../../src/adapters/ssh/restrictions.ts';
import { recorded } from '../doubles/data/recorded.ts';
import { version } from '../testbed/doubles/cloudflared/version.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/compatibility.md'), 'utf8');

test('names the version of cloudflared that the double imitates, and the recorded results', () => {
  const { configurations, expressions } = recorded;
  const tried = `${version.split(' ')[0]} (${configurations.length} configurations, ${expressions.length} regular expressions)`;
  expect(page).toContain(tried);
});

const settingsOf = (lines: readonly string[]) =>
  new Map(lines.map((line) => [line.split(' ')[0] ?? '', [line.split(' ')[1] ?? '']]));

/** The names of settings, in lines that begin with them. */
const namesIn = (lines: readonly string[]) => lines.map((line) => /^\w+/.exec(line)?.[0] ?? '');

/** Returns what erp-deploy does with a setting, according to the page. */
function behaviourOf(setting: string): string {
  const [, table = ''] = page.split('## Settings of ssh_config');
  const row = table.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${setting}`));
  return row?.split('|')[2]?.trim() ?? 'is not on the page';
}

test('names every setting of ssh_config that is refused', () => {
  const settings = settingsOf(['remotecommand x', 'sessiontype none']);
  const names = namesIn(unsupportedSettings(settings));
  expect(names).toHaveLength(settings.size);
  for (const name of names) expect(behaviourOf(name), name).toBe('refused');
});

test('names every setting of ssh_config that only OpenSSH can follow', () => {
  const settings = settingsOf([
    'knownhostscommand x',
    'verifyhostkeydns yes',
    'preferredauthentications password',
    'certificatefile x',
    'bindinterface x',
    'proxyusefdpass yes',
    'kexalgorithms x',
    'ciphers x',
    'macs x',
    'hostkeyalgorithms x',
  ]);
  const names = namesIn(settingsForOpenSsh(settings));
  expect(names).toHaveLength(settings.size);
  const others = namesIn(settingsForOpenSsh(settingsOf(['pubkeyauthentication no'])));
  for (const name of [...names, ...others]) expect(behaviourOf(name), name).toContain('OpenSSH');
});

test('names only problems that are explained', () => {
  const explained = readFileSync(join(import.meta.dirname, '../../docs/reference/problems.md'), 'utf8');
  for (const code of page.match(/ERP-\d{4}/g) ?? []) expect(explained).toContain(code);
});
