import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { type FoundHazard, findHazards } from '../../../src/database/hazards/find-hazards.ts';
import { mentionedIn } from '../../../src/database/hazards/mentioned.ts';
import { readLive } from '../../../src/database/hazards/read-live.ts';
import { rules } from '../../../src/database/hazards/rules.ts';
import { parseSql, type SqlStatement } from '../../../src/database/migration-rules/parse-sql.ts';
import { blocksWrites, conflict, type LockMode } from '../../../src/domain/lock-mode.ts';
import type { Session } from '../../../src/domain/session.ts';
import { type RealPostgres, startPostgres } from '../../support/database/real-postgres.ts';
import { base, type Case, noTransaction } from './case.ts';
import { columnCases } from './column-cases.ts';
import { constraintCases } from './constraint-cases.ts';
import { type Observed, observe } from './observe.ts';
import { otherCases } from './other-cases.ts';
import { hazardsPage, type Seen } from './page.ts';
import { tableCases } from './table-cases.ts';

const cases = { ...columnCases, ...constraintCases, ...tableCases, ...otherCases };
const listed = Object.entries(cases);
const page = '../../../docs/reference/hazards.md';

test('every rule has a case', () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(rules).toSorted());
});

describe('each rule says what a server does', () => {
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

  test('the page of the reference shows exactly this (to write it anew: vitest run rules.test.ts -u)', async () => {
    await expect(hazardsPage(seen)).toMatchFileSnapshot(page);
  });
});

async function anew(session: Session, { setup = '' }: Case): Promise<void> {
  await session.script(
    `drop schema if exists h cascade; drop table if exists public.other; ${forget} ${base} ${setup}`,
  );
  await session.script('analyze');
}

const forget = `do $$ begin
  if exists (select from pg_roles where rolname = 'h_gone') then drop role h_gone; end if;
  if exists (select from pg_am where amname = 'heap_2') then drop access method heap_2 cascade; end if; end $$;`;

async function statementsOf(file: string): Promise<readonly SqlStatement[]> {
  const parsed = await parseSql(file);
  if ('fault' in parsed) throw new Error(`${parsed.fault.message}: ${file}`);
  return parsed.statements;
}

async function hazardsOf(session: Session, file: string): Promise<readonly FoundHazard[]> {
  const statements = await statementsOf(file);
  const live = await readLive(session, mentionedIn(statements.map(({ node }) => node)));
  return findHazards([statements], live).flat();
}

/** Compares what a rule says with what the server does. */
async function seenOf(session: Session, rule: string, { file, fails }: Case): Promise<Seen> {
  const hazards = await hazardsOf(session, file);
  const hazard = hazards.find((found) => found.rule === rule);
  if (hazard === undefined) throw new Error(`not found: ${hazards.map((found) => found.rule)}`);
  if (fails !== undefined) {
    await expect(observe(session, file, 'rollback')).rejects.toMatchObject({ fault: { code: fails.code } });
    const { locks } = await observe(session, fails.alike, 'rollback');
    expect([...locks.values()]).toContain(hazard.on[0]?.lock);
    return { file, lock: hazard.on[0]?.lock ?? null, work: 'none' };
  }
  const observed = await observe(session, file, 'rollback');
  const locks = hazard.on.map(({ relation }) => lockOn(observed, relation.members));
  expect(locks).toEqual(hazard.on.map(({ lock }) => lock ?? undefined));
  const work = workOn(observed, hazard);
  expect(work).toBe(rules[hazard.rule].work);
  return { file, lock: locks[0] ?? null, work };
}

function lockOn({ locks }: Observed, members: readonly number[]): LockMode | undefined {
  return members.flatMap((oid) => locks.get(oid) ?? [])[0];
}

function workOn({ rewritten, scanned }: Observed, { on }: FoundHazard): Seen['work'] {
  const members = on.flatMap(({ relation }) => relation.members);
  if (members.some((oid) => rewritten.has(oid))) return 'rewrite';
  return members.some((oid) => scanned.has(oid)) ? 'scan' : 'none';
}

/** The safe form runs, loses nothing, and does no long work under a lock that blocks others. */
async function holdsSafe(session: Session, { safe }: Case): Promise<void> {
  for (const file of safe) {
    const hazards = await hazardsOf(session, file);
    const heavy = hazards.filter(({ rule }) => rules[rule].work !== 'none' || rules[rule].losesData);
    expect(heavy.map(({ rule }) => rule)).toEqual([]);
    if (file.startsWith(noTransaction)) await session.script(file);
    else {
      const { locks, rewritten, scanned } = await observe(session, file, 'commit');
      const views = await session.query("select oid::bigint as oid from pg_class where relkind = 'm'");
      const isView = (oid: number) => views.some((view) => Number(view.oid) === oid);
      // A materialized view is only written by REFRESH.
      const blocks = (oid: number, lock: LockMode) =>
        isView(oid) ? conflict(lock, 'ACCESS SHARE') : blocksWrites(lock);
      const blocking = [...locks].flatMap(([oid, lock]) => (blocks(oid, lock) ? [oid] : []));
      expect(blocking.filter((oid) => rewritten.has(oid) || scanned.has(oid))).toEqual([]);
    }
  }
}
