import { expect, it } from 'vitest';
import { setupFields, withAnswers } from '../../../src/cli/wiring/setup.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';

function configured(text: string) {
  const parsed = parseConfig(text, 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error(text);
  return parsed.config;
}

it('takes one answer for production: a host replaces a database URL and vice versa, and an empty answer leaves production out', () => {
  const config = configured('production: { host: droplet, directory: /srv/erp }\n');
  expect(setupFields(config)[0]).toMatchObject({ name: 'production', initial: 'droplet' });
  const directory = '/srv/erp';
  const url = 'postgres://ada@db.example.org/shop';
  expect(withAnswers(config, { production: url }).production).toMatchObject({ databaseUrl: url, directory });
  const without = withAnswers(config, { production: '' }).production;
  expect(without).toMatchObject({ directory });
  expect(without).not.toHaveProperty('host');
  expect(withAnswers(config, { 'public-host': 'a.example' }).production).toEqual(config.production);
});

it('never shows a URL with a password from a flag', () => {
  const config = configured('');
  const production = { ...config.production, databaseUrl: 'postgres://ada:secret@db.example.org/shop' };
  expect(JSON.stringify(setupFields({ ...config, production }))).not.toContain('secret');
});
