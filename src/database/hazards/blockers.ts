import type { Node } from 'libpg-query';
import type { Blocker } from '../../domain/hazard.ts';
import { conflict, type LockMode } from '../../domain/lock-mode.ts';
import type { Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import { parseSql } from '../sql/parse-sql.ts';
import { findHazards } from './find-hazards.ts';
import { type LiveCatalog, type LiveLock, type LiveRelation, shownName } from './live.ts';
import { mentionedIn } from './mentioned.ts';
import { readLive } from './read-live.ts';

/**
 * Returns the sessions that hold a lock for which a statement of a migration waited until its timeout.
 * @param index of the statement in the file; null if that is not known, as for a DO block's own statements
 * @param milliseconds how long the statement waited; a session whose transaction is younger was not the reason
 */
export async function blockersOf(
  session: Session,
  file: MigrationFile,
  index: number | null,
  milliseconds: number,
): Promise<readonly Blocker[]> {
  const parsed = await parseSql(file.text);
  const all = 'statements' in parsed ? parsed.statements : [];
  const failed = index === null ? undefined : all[index];
  const nodes = (failed === undefined ? all : [failed]).map(({ node }) => node);
  const mentioned = mentionedIn(nodes);
  const live = await readLive(session, mentioned);
  const relations = live.relations.filter(({ name }) => mentioned.relations.has(name));
  const strongest = failed === undefined ? [] : findHazards([[failed]], live).flat();
  const needed = (relation: LiveRelation): LockMode =>
    strongest.flatMap(({ on }) => on).find((one) => one.relation.oid === relation.oid)?.lock ?? lockOf(nodes);
  const old = live.locks.filter(({ seconds }) => seconds === null || seconds * 1000 >= milliseconds);
  const blockers = relations.flatMap((relation) => {
    const blocking = old.filter(
      ({ relation: oid, mode }) => relation.members.includes(oid) && conflict(needed(relation), mode),
    );
    return blocking.map((lock) => asBlocker(lock, relation));
  });
  // The file does not show which lock a function or a DO block waited for.
  return firstPerSession(blockers.length > 0 ? blockers : holdersIn(live, old));
}

/** Returns the lock of a statement without a rule: the lock for changing rows, or the strongest lock. */
function lockOf(nodes: readonly Node[]): LockMode {
  const rows = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];
  return nodes.every((node) => rows.includes(Object.keys(node)[0] ?? ''))
    ? 'ROW EXCLUSIVE'
    : 'ACCESS EXCLUSIVE';
}

function holdersIn({ relations }: LiveCatalog, locks: readonly LiveLock[]): readonly Blocker[] {
  return locks.map((lock) =>
    asBlocker(
      lock,
      relations.find(({ members }) => members.includes(lock.relation)),
    ),
  );
}

function asBlocker(
  { pid, application, state, seconds }: LiveLock,
  relation: LiveRelation | undefined,
): Blocker {
  return { pid, application, state, seconds, object: relation === undefined ? '' : shownName(relation) };
}

function firstPerSession(blockers: readonly Blocker[]): readonly Blocker[] {
  return blockers.filter((one, index) => blockers.findIndex(({ pid }) => pid === one.pid) === index);
}
