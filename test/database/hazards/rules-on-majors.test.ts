import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/domain/session.ts';
import { sampleOf } from '../../run/sample.ts';
import { engines } from '../../support/production/older-engines.ts';
import { cases } from './all-cases.ts';
import { anew, hazardsOf, holdsSafe, seenOf } from './check-rule.ts';

const majors = ['16', '17', '18'] as const;
/** Its two locks were seen in either order there; rules.test.ts observes it on the installed server. */
const leftOut: ReadonlySet<string> = new Set(['attach-beside-default']);
const matrix = majors.flatMap((major) =>
  Object.entries(cases)
    .filter(([rule, { since = 0 }]) => since <= Number(major) && !leftOut.has(rule))
    .map(([rule, one]) => ({ major, rule, one })),
);

describe('each rule says what PostgreSQL 16, 17 and 18 do', () => {
  const sessions = new Map<string, Session>();
  beforeAll(async () => {
    for (const major of majors) {
      const session = await engines[major]();
      await session.query('set allow_in_place_tablespaces = on');
      await session.query("create tablespace h_space location ''");
      sessions.set(major, session);
    }
  }, 120_000);
  afterAll(async () => {
    for (const session of sessions.values()) await session.close();
  });

  test.each(sampleOf('hazards on embedded engines', matrix, { usual: 12 }))(
    '$major: $rule',
    async ({ major, rule, one }) => {
      const session = sessions.get(major);
      if (session === undefined) throw new Error(`no engine ${major}`);
      await anew(session, one);
      await seenOf(session, rule, one);
      await holdsSafe(session, one);
      await anew(session, one);
      const quiet = await hazardsOf(session, one.quiet);
      expect(quiet.map((hazard) => hazard.rule)).not.toContain(rule);
    },
  );
});
