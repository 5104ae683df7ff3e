import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Session } from '../../../src/domain/session.ts';
import { byExtent, seedOfRun } from '../../run/sample.ts';
import { engines } from '../../support/production/older-engines.ts';
import { checkLaws, expectedOf, expectNothing } from './laws.ts';
import { randomSchema, roles } from './random-schema.ts';
import { embeddedServer, type LawServer, realServer } from './servers.ts';

const servers: readonly (() => Promise<LawServer>)[] = [
  realServer,
  () => embeddedServer('16'),
  () => embeddedServer('17'),
  () => embeddedServer('18'),
];

/** `npm test` uses one server, chosen by the seed; `npm run test:all` uses all. */
const chosen = byExtent({ usual: [servers[seedOfRun() % servers.length] ?? realServer], all: servers });
const schemasEach = byExtent({ usual: 32, all: 104 });
/** Only some schemas are tested for the fourth law, because it starts pg_dump and restores into a new database. */
const dumpedEach = byExtent({ usual: 4, all: 20 });

let engine: Session;
beforeAll(async () => {
  engine = await engines['18']();
  await engine.script(roles);
}, 120_000);
afterAll(() => engine.close());

describe.each(chosen.map((open, place) => ({ open, place })))(
  'random schemas on server $place',
  ({ open }) => {
    let server: LawServer;
    beforeAll(async () => {
      server = await open();
    }, 120_000);
    afterAll(() => server.close());

    test('have the expected catalog; damage is reported, and the repair loses no row', {
      timeout: 900_000,
    }, async () => {
      const law = fc.asyncProperty(randomSchema(server.major), async (schema) => {
        await checkLaws(await expectedOf(engine, schema), server.live, schema);
      });
      const [seed, numRuns] = [seedOfRun(), schemasEach];
      await fc.assert(law, { seed, numRuns });
      console.log(`${server.title}: ${numRuns} schemas, seed ${seed}: no difference, damage named, repair`);
    });

    test('have the same catalog after a dump and a restore', { timeout: 900_000 }, async (context) => {
      const { restored } = server;
      if (restored === null) return context.skip(`${server.title} has no pg_dump`);
      const law = fc.asyncProperty(randomSchema(server.major), async (schema) => {
        const expected = await expectedOf(engine, schema);
        await restored(schema.sql, (session) => expectNothing('dumped and restored', expected, session));
      });
      const [seed, numRuns] = [seedOfRun() + 1, dumpedEach];
      await fc.assert(law, { seed, numRuns });
      console.log(`${server.title}: ${numRuns} schemas, seed ${seed}: dump and restore`);
    });
  },
);
