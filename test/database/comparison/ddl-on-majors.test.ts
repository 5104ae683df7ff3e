import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Session } from '../../../src/domain/session.ts';
import { sampleOf } from '../../run/sample.ts';
import { engines } from '../../support/production/older-engines.ts';
import { checkLaws, expectedOf } from '../random-schemas/laws.ts';
import { embeddedServer, type LawServer } from '../random-schemas/servers.ts';
import { ddlRoles, schemaOf } from './ddl/ddl-case.ts';
import { regressCases } from './ddl/regress-cases.ts';

/** The embedded 16 and 17 are built without ICU. */
const majors = ['16', '17', '18'] as const;
const matrix = majors.flatMap((major) =>
  regressCases
    .filter(
      ({ needs = 0, sql }) => needs <= Number(major) && (major === '18' || !sql.includes('provider = icu')),
    )
    .map((one) => ({ major, one, name: `${major}: ${one.title}` })),
);
const sample = sampleOf('DDL on embedded engines', matrix, { usual: 12 });

let engine: Session;
const servers = new Map<string, LawServer>();
beforeAll(async () => {
  engine = await engines['18']();
  await engine.script(ddlRoles);
}, 120_000);
afterAll(async () => {
  await engine.close();
  for (const server of servers.values()) await server.close();
});

async function serverOf(major: (typeof majors)[number]): Promise<LawServer> {
  const server = servers.get(major) ?? (await embeddedServer(major));
  if (!servers.has(major)) await server.live.script(ddlRoles);
  servers.set(major, server);
  return server;
}

describe('produces the expected catalog, reports a damaged object, and repairs it without losing data', () => {
  test.each(sample)('$name', { timeout: 120_000 }, async ({ major, one }) => {
    const schema = { sql: schemaOf(one), damage: { sql: one.damage, names: one.names } };
    await checkLaws(await expectedOf(engine, schema), (await serverOf(major)).live, schema);
  });
});
