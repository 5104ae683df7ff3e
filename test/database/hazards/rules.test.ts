import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { rules } from '../../../src/database/hazards/rules.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { cases } from './all-cases.ts';
import { anew, hazardsOf, holdsSafe, seenOf } from './check-rule.ts';
import { hazardsPage, type Seen } from './page.ts';

const listed = Object.entries(cases);
const page = '../../../docs/reference/hazards.md';

test('every rule has a case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe('each rule matches the behaviour of a server', () => {
  let server: RealPostgres;
  let real: Session;
  let embedded: Session;
  const seen = new Map<string, Seen>();
  beforeAll(async () => {
    server = await startPostgres();
    real = await openPostgres(server.config);
    await real.query('set allow_in_place_tablespaces = on');
    await real.query("create tablespace h_space location ''");
    embedded = await openEmbedded();
  });
  afterAll(async () => {
    await Promise.all([real.close(), embedded.close()]);
    await server.stop();
  });

  test.each(listed)('%s', async (rule, one) => {
    const since = one.since ?? 0;
    const session = since > Number(server.major) ? embedded : real;
    await anew(session, one);
    seen.set(rule, await seenOf(session, rule, one));
    await holdsSafe(session, one);
    await anew(session, one);
    const quiet = await hazardsOf(session, one.quiet);
    expect(quiet.map((hazard) => hazard.rule)).not.toContain(rule);
  });

  test('the page of the reference shows exactly these observations (to update it: vitest run rules.test.ts -u)', async () => {
    await expect(hazardsPage(seen)).toMatchFileSnapshot(page);
  });
});
