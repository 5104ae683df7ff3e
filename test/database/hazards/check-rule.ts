import { expect } from 'vitest';
import { type FoundHazard, findHazards } from '../../../src/database/hazards/find-hazards.ts';
import { mentionedIn } from '../../../src/database/hazards/mentioned.ts';
import { readLive } from '../../../src/database/hazards/read-live.ts';
import { rules } from '../../../src/database/hazards/rules.ts';
import { parseSql, type SqlStatement } from '../../../src/database/sql/parse-sql.ts';
import { blocksWrites, conflict, type LockMode } from '../../../src/domain/lock-mode.ts';
import type { Session } from '../../../src/domain/session.ts';
import { base, type Case, noTransaction } from './case.ts';
import { type Observed, observe } from './observe.ts';
import type { Seen } from './page.ts';

/** Drops and creates the tables of a case. */
export async function anew(session: Session, { setup = '' }: Case): Promise<void> {
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

/** Returns the hazards that are found in a file. */
export async function hazardsOf(session: Session, file: string): Promise<readonly FoundHazard[]> {
  const statements = await statementsOf(file);
  const live = await readLive(session, mentionedIn(statements.map(({ node }) => node)));
  return findHazards([statements], live).flat();
}

/** Compares the claims of a rule with the behaviour of the server. */
export async function seenOf(session: Session, rule: string, { file, fails }: Case): Promise<Seen> {
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

/** Checks that the safe form runs, loses nothing, and does no long work under a lock that blocks others. */
export async function holdsSafe(session: Session, { safe }: Case): Promise<void> {
  for (const file of safe) {
    const hazards = await hazardsOf(session, file);
    const heavy = hazards.filter(({ rule }) => rules[rule].work !== 'none' || rules[rule].losesData);
    expect(heavy.map(({ rule }) => rule)).toEqual([]);
    if (file.startsWith(noTransaction)) await session.script(file);
    else {
      const { locks, rewritten, scanned } = await observe(session, file, 'commit');
      const views = await session.query("select oid::bigint as oid from pg_class where relkind = 'm'");
      const isView = (oid: number) => views.some((view) => Number(view.oid) === oid);
      // Only REFRESH writes to a materialized view.
      const blocks = (oid: number, lock: LockMode) =>
        isView(oid) ? conflict(lock, 'ACCESS SHARE') : blocksWrites(lock);
      const blocking = [...locks].flatMap(([oid, lock]) => (blocks(oid, lock) ? [oid] : []));
      expect(blocking.filter((oid) => rewritten.has(oid) || scanned.has(oid))).toEqual([]);
    }
  }
}
