import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { expect, it } from 'vitest';
import { openEmbedded, startParams } from '../../src/adapters/embedded-session.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const settings = 'select name, setting from pg_settings order by name';
const objects = `select count(*)::int as classes, (select count(*)::int from pg_proc) as functions,
  (select count(*)::int from pg_collation) as collations from pg_class`;
const databases = `select datname, encoding, datcollate, datctype, datlocprovider, datistemplate from pg_database
  order by datname`;
const roles = 'select rolname, rolsuper, rolcanlogin, rolpassword from pg_authid order by rolname';

it('starts with the same cluster that the engine itself would create, in memory and in a folder', async () => {
  const folder = join(tempFolder(), 'database');
  const [made, inMemory, inFolder] = await Promise.all([
    PGlite.create({ extensions: { vector }, startParams }),
    openEmbedded(),
    openEmbedded(folder),
  ]);
  for (const sql of [settings, objects, databases, roles]) {
    const { rows } = await made.query(sql);
    expect(await inMemory.query(sql)).toEqual(rows);
    expect(await inFolder.query(sql)).toEqual(rows);
  }
  await Promise.all([made.close(), inMemory.close(), inFolder.close()]);
  expect(readdirSync(folder)).toContain('PG_VERSION');
});
