import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { assetsFor, composeAsset } from '../../src/containers/compose-asset.ts';

const folder = new URL('../../assets/', import.meta.url).pathname;
const packaged = { read: (path: string) => readFile(join(folder, path), 'utf8') };
const usual = { database: { name: 'portfolio', user: 'erp_admin' }, publicHost: 'erp-db.bestviable.com' };

test('with the names that it has by default, the compose file is that of the package', async () => {
  expect(await assetsFor(usual, packaged).read(composeAsset)).toBe(await packaged.read(composeAsset));
});

test('other names of the database, its owner and the public host stand wherever they are said', async () => {
  const settings = { database: { name: 'on', user: 'ada' }, publicHost: 'db.example.org' };
  const text = await assetsFor(settings, packaged).read(composeAsset);
  const { services } = parse(text);
  expect(services['postgres-erp'].environment).toMatchObject({ POSTGRES_USER: 'ada', POSTGRES_DB: 'on' });
  expect(services['postgres-erp'].healthcheck.test.slice(-4)).toEqual(['-U', 'ada', '-d', 'on']);
  expect(services['postgrest-erp'].environment.PGRST_DB_URI).toMatch(/@postgres-erp:5432\/on$/);
  expect(text).not.toMatch(/erp_admin|[/ "]portfolio[\s"]|bestviable/);
  expect(text.match(/Host\(`db\.example\.org`\)/g)).not.toBeNull();
});

test('other assets are as they are', async () => {
  const path = 'compose/env.example';
  const read = async (asked: string) => `text of ${asked} for erp-db.bestviable.com`;
  expect(await assetsFor({ ...usual, publicHost: 'x' }, { read }).read(path)).toBe(await read(path));
});
