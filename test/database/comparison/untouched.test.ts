import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { Catalog } from '../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import { repairScript } from '../../../src/database/comparison/repair-script.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled, bundledMigrations, withoutVector } from '../../support/database/bundled-migrations.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { engines } from '../../support/production/older-engines.ts';

let expected: Catalog;
beforeAll(async () => {
  const session = await applyBundled(await engines['18']());
  expected = await readCatalog(session);
  await session.close();
}, 120_000);

describe.each(['18', '17', '16'] as const)('a live PostgreSQL %s with the bundled schema', (major) => {
  test('does not differ from what is expected', async () => {
    const session = await applyBundled(await engines[major]());
    const live = await readCatalog(session);
    await session.close();
    expect(live.serverVersion).toMatch(new RegExp(`^${major}\\.`));
    expect(await compareCatalogs(expected, live, { strict: true })).toEqual([]);
  });
});

test('a catalog read back from JSON is the same', () => {
  expect(JSON.parse(JSON.stringify(expected))).toEqual(expected);
});

describe('a real server without pgvector', () => {
  let server: RealPostgres;
  let session: Session;
  beforeAll(async () => {
    server = await startPostgres();
    session = await openPostgres(server.config);
    for (const text of bundledMigrations) await session.script(`begin;\n${withoutVector(text)}\n;commit`);
  }, 120_000);
  afterAll(async () => {
    await session.close();
    await server.stop();
  });

  test('lacks only the vector objects', async () => {
    const live = await readCatalog(session);
    expect(live.serverVersion).toMatch(new RegExp(`^${server.major}\\.`));
    const found = await compareCatalogs(expected, live);
    expect(found.map(({ kind, name, aspect, covers }) => [kind, name, aspect, covers])).toEqual([
      ['extension', 'vector', 'missing', []],
      ['column', 'agent.episodes.embedding', 'missing', ['agent.episodes_embedding_idx']],
      ['column', 'agent.memory_entries.embedding', 'missing', ['agent.memory_entries_embedding_idx']],
    ]);
  });

  test('is repaired by the SQL of the differences in any order', async () => {
    await session.script(`begin;
      drop table erp.people, agent.sessions cascade;
      drop function erp.update_updated_at_column() cascade;
      alter table erp.tasks disable trigger all;
      alter table erp.deliverables set unlogged, enable row level security`);
    const found = await compareCatalogs(expected, await readCatalog(session));
    const withVector = /vector|embedding/;
    const repair = repairScript(found, { includeDestructive: true }).filter(
      (sql) => !withVector.test(sql) || /erp\.people|agent\.sessions/.test(sql),
    );
    await session.script(repair.join(';\n'));
    const left = await compareCatalogs(expected, await readCatalog(session));
    await session.script('rollback');
    expect(left.filter(({ name }) => !withVector.test(name))).toEqual([]);
  });

  test('gets its settings back, inside and outside a transaction', async () => {
    const settings = `select current_setting('search_path') as path, current_setting('timezone') as zone`;
    await session.script(`set search_path = erp, public; set timezone = 'Asia/Tokyo'`);
    await readCatalog(session);
    expect(await session.query(settings)).toEqual([{ path: 'erp, public', zone: 'Asia/Tokyo' }]);
    await session.script('begin; set local search_path = agent');
    await readCatalog(session);
    expect(await session.query(settings)).toEqual([{ path: 'agent', zone: 'Asia/Tokyo' }]);
    await session.script('commit');
    expect(await session.query(settings)).toEqual([{ path: 'erp, public', zone: 'Asia/Tokyo' }]);
    await session.script('reset search_path; reset timezone');
  });
});
