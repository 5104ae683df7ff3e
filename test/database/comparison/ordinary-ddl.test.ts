import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import type { Catalog } from '../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import type { Difference } from '../../../src/database/comparison/difference.ts';
import { losesRows, repairScript } from '../../../src/database/comparison/repair-script.ts';
import { differenceText } from '../../../src/database/validation/text.ts';
import type { Session } from '../../../src/domain/session.ts';
import { sampleOf } from '../../run/sample.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { engines } from '../../support/production/older-engines.ts';
import { ddlCases } from './ddl/cases.ts';
import { type DdlCase, ddlRoles, schemaOf } from './ddl/ddl-case.ts';
import { regressCases } from './ddl/regress-cases.ts';

let server: RealPostgres;
let admin: Session;
let embedded: Session;
beforeAll(async () => {
  [server, embedded] = await Promise.all([startPostgres(['wal_level=logical']), engines['18']()]);
  admin = await openPostgres(server.config);
  for (const session of [admin, embedded]) await session.script(ddlRoles);
}, 120_000);
afterAll(async () => {
  await Promise.all([admin.close(), embedded.close()]);
  await server.stop();
});

async function expectedAfter(one: DdlCase): Promise<Catalog> {
  await embedded.script('begin');
  try {
    await embedded.script(schemaOf(one));
    return await readCatalog(embedded);
  } finally {
    await embedded.script('rollback');
  }
}

/** Opens an empty database, and drops it after the test. */
async function inDatabase<Answer>(name: string, use: (session: Session) => Promise<Answer>): Promise<Answer> {
  await admin.script(`create database ${name} template template0`);
  const session = await openPostgres({ ...server.config, database: name });
  try {
    return await use(session);
  } finally {
    await session.close();
    await admin.script(`drop database ${name}`);
  }
}

/** ddl-on-majors.test.ts runs these on embedded engines. */
const isNewer = ({ needs = 0 }: DdlCase) => needs > Number(server.major);

const wordsOf = async (expected: Catalog, session: Session) =>
  (await compareCatalogs(expected, await readCatalog(session))).map(differenceText);

const placeOf = ({ kind, name, table }: Difference) => table ?? `${kind} ${name}`;

/** Expects only differences that the script mentions in comments. */
async function expectRepaired(expected: Catalog, session: Session, one: DdlCase, destructive: boolean) {
  const found = await compareCatalogs(expected, await readCatalog(session));
  const wrong = found.filter(({ severity }) => severity === 'difference');
  const script = repairScript(wrong, { includeDestructive: destructive });
  await session.script(`begin; ${script.join(';\n')};\ncommit`);
  const left = (await compareCatalogs(expected, await readCatalog(session))).filter(
    ({ severity }) => severity === 'difference',
  );
  if (one.byHand === true) {
    expect(left.length).toBeGreaterThan(0);
    return expect(left.map(placeOf).filter((place) => !wrong.map(placeOf).includes(place))).toEqual([]);
  }
  const commented = destructive ? [] : wrong.filter(losesRows).map(differenceText);
  expect(left.map(differenceText), script.join('\n')).toEqual(commented);
}

const all = [...ddlCases, ...regressCases];
describe.each(sampleOf('ordinary DDL', all, { usual: 6 }))('$title', (one) => {
  test('produces the expected catalog on a server; a damaged object is reported and repaired without losing rows', {
    timeout: 60_000,
  }, async (context) => {
    if (isNewer(one)) return context.skip('the installed server is older');
    const expected = await expectedAfter(one);
    await inDatabase('ddl_live', async (session) => {
      await session.script(`begin; ${schemaOf(one)}; commit`);
      expect(await wordsOf(expected, session)).toEqual([]);
      const answer = async () => (one.rows === undefined ? [] : await session.query(one.rows));
      const before = await answer();
      await session.script(one.damage);
      const named = (await wordsOf(expected, session)).filter((words) => words.startsWith(one.names));
      if (one.as === 'not compared') expect(expected.notCompared).toContain(one.names);
      else expect(named).toHaveLength(1);
      await expectRepaired(expected, session, one, false);
      expect(await answer()).toEqual(before);
      // The rows decide which differences remain, and a second repair would not change that.
      if (one.byHand !== true) await expectRepaired(expected, session, one, true);
    });
  });

  test('has the same catalog after a dump and a restore', { timeout: 60_000 }, async (context) => {
    if (isNewer(one)) return context.skip('the installed server is older');
    const expected = await expectedAfter(one);
    const dump = await inDatabase('ddl_dumped', async (session) => {
      await session.script(`begin; ${schemaOf(one)}; commit`);
      const { host, port, user } = server.config;
      const target = ['-h', `${host}`, '-p', `${port}`, '-U', `${user}`, '--inserts', 'ddl_dumped'];
      const text = execFileSync(`/usr/lib/postgresql/${server.major}/bin/pg_dump`, target, {
        encoding: 'utf8',
      });
      // Newer minor versions add psql's own commands.
      return text.replace(/^\\(un)?restrict .*$/gm, '');
    });
    await inDatabase('ddl_restored', async (session) => {
      await session.script(dump);
      expect(await wordsOf(expected, session)).toEqual([]);
    });
  });
});
