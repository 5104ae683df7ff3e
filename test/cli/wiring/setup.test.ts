import { expect, it } from 'vitest';
import { setupFields, withAnswers } from '../../../src/cli/wiring/setup.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';

function configured(text: string) {
  const parsed = parseConfig(text, 'erp-deploy.config.yaml');
  if ('faults' in parsed) throw new Error(text);
  return parsed.config;
}

it('takes one answer for production: a host and a database URL replace each other, and nothing leaves it out', () => {
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

it('never shows a URL that a flag gave with a password in it', () => {
  const config = configured('');
  const production = { ...config.production, databaseUrl: 'postgres://ada:secret@db.example.org/shop' };
  expect(JSON.stringify(setupFields({ ...config, production }))).not.toContain('secret');
});
