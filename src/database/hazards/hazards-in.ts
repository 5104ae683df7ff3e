import type { Blocker, Hazard } from '../../domain/hazard.ts';
import { conflict } from '../../domain/lock-mode.ts';
import type { Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { parseSql } from '../sql/parse-sql.ts';
import { type FoundHazard, findHazards } from './find-hazards.ts';
import type { Locked } from './finding.ts';
import { type LiveCatalog, type LiveRelation, shownName } from './live.ts';
import { mentionedIn } from './mentioned.ts';
import { readLive } from './read-live.ts';
import { rules } from './rules.ts';

/**
 * Returns the hazards of each pending file for the database of the session, with its present figures.
 * @param freeDisk bytes; null if that is not known
 * @throws DatabaseError if the server refuses to read its catalog
 */
export async function hazardsIn(
  session: Session,
  files: readonly MigrationFile[],
  freeDisk: () => Promise<number | null>,
): Promise<readonly (readonly Hazard[])[]> {
  const statements = await Promise.all(files.map(async ({ text }) => statementsIn(text)));
  const live = await readLive(session, mentionedIn(statements.flat().map(({ node }) => node)));
  const found = findHazards(statements, live);
  const rewrites = found.flat().some(({ rule }) => rules[rule].work === 'rewrite');
  const free = rewrites ? await freeDisk() : null;
  return found.map((hazards) => hazards.map((hazard) => withFigures(hazard, live, free)));
}

/** The files were already parsed once: a file that the parser rejects was refused then. */
async function statementsIn(text: string) {
  const parsed = await parseSql(text);
  return 'statements' in parsed ? parsed.statements : [];
}

function withFigures(
  { rule, on, object, line }: FoundHazard,
  live: LiveCatalog,
  free: number | null,
): Hazard {
  const { losesData = false, ...texts } = rules[rule];
  const bytes = on.reduce((sum, { relation }) => sum + relation.bytes, 0);
  return {
    rule,
    ...texts,
    losesData,
    line,
    objects: [
      ...(object === undefined ? [] : [{ name: object, lock: null, rows: null, bytes: null }]),
      ...on.map(({ relation, lock }) => ({ name: shownName(relation), lock, ...figures(relation) })),
    ],
    blockers: on.flatMap((one) => blockersOf(one, live)),
    // 2 × the table (the new copy beside the old one), and as much WAL as one copy.
    ...(texts.work === 'rewrite' && bytes > 0 ? { disk: { needed: 3 * bytes, free } } : {}),
  };
}

function figures({ kind, rows, bytes }: LiveRelation): { rows: number | null; bytes: number | null } {
  return /[rpm]/.test(kind) ? { rows, bytes } : { rows: null, bytes: null };
}

/** Returns the sessions that the statement would have to wait for right now. */
function blockersOf({ relation, lock }: Locked, { locks }: LiveCatalog): readonly Blocker[] {
  if (lock === null) return [];
  const blocking = locks.filter((one) => relation.members.includes(one.relation) && conflict(lock, one.mode));
  const first = blocking.filter((one, index) => blocking.findIndex(({ pid }) => pid === one.pid) === index);
  return first.map(({ pid, application, state, seconds }) => {
    return { pid, application, state, seconds, object: shownName(relation) };
  });
}
