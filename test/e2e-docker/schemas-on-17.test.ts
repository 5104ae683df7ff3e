import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../src/domain/session.ts';
import { ddlCases } from '../database/comparison/ddl/cases.ts';
import { ddlRoles, schemaOf } from '../database/comparison/ddl/ddl-case.ts';
import { regressCases } from '../database/comparison/ddl/regress-cases.ts';
import { checkLaws, expectedOf, expectNothing } from '../database/random-schemas/laws.ts';
import { randomSchema, roles } from '../database/random-schemas/random-schema.ts';
import type { LawServer } from '../database/random-schemas/servers.ts';
import { sampleOf, seedOfRun } from '../run/sample.ts';
import { engines } from '../support/production/older-engines.ts';
import { serverInContainer } from '../support/production/server-in-container.ts';

const cases = [...ddlCases, ...regressCases].filter(({ needs = 0 }) => needs <= 17);
const schemas = 104;
const dumped = 20;

describe('PostgreSQL 17 in its container, compared with the expected catalog of 18', () => {
  let server: LawServer;
  let engine: Session;
  beforeAll(async () => {
    [server, engine] = await Promise.all([serverInContainer(), engines['18']()]);
    await engine.script(`${roles}; ${ddlRoles}`);
    await server.live.script(ddlRoles);
  });
  afterAll(async () => {
    await engine.close();
    await server.close();
  });

  test.each(sampleOf('DDL on 17 in a container', cases, { usual: 8 }))('$title', async (one) => {
    const schema = { sql: schemaOf(one), damage: { sql: one.damage, names: one.names } };
    const expected = await expectedOf(engine, schema);
    await checkLaws(expected, server.live, schema);
    const { restored } = server;
    expect(restored).not.toBeNull();
    await restored?.(schema.sql, (session) => expectNothing('dumped and restored', expected, session));
  });

  test('has the expected catalog of random schemas; damage is reported, and the repair loses no row', async () => {
    const law = fc.asyncProperty(randomSchema(server.major), async (schema) => {
      await checkLaws(await expectedOf(engine, schema), server.live, schema);
    });
    const seed = seedOfRun();
    await fc.assert(law, { seed, numRuns: schemas });
    console.log(`${server.title}: ${schemas} schemas, seed ${seed}: no difference, damage named, repair`);
  });

  test('has the same catalog of random schemas after a dump and a restore', async () => {
    const law = fc.asyncProperty(randomSchema(server.major), async (schema) => {
      const expected = await expectedOf(engine, schema);
      await server.restored?.(schema.sql, (session) => expectNothing('restored', expected, session));
    });
    const seed = seedOfRun() + 1;
    await fc.assert(law, { seed, numRuns: dumped });
    console.log(`${server.title}: ${dumped} schemas, seed ${seed}: dump and restore`);
  });
});
