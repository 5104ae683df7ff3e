import { type Change, scopeOf, subjectOf } from '../domain/change.ts';
import { type FileChange, type Files, PreconditionFailed } from '../domain/ports/files.ts';
import type { RandomBytes } from '../domain/ports/system.ts';
import type { ExecutorParts } from './executor.ts';
import { contentOf } from './file-content.ts';
import { filesOf, fingerprint, recordIntent } from './intents.ts';

/** Changes of files on a host that are made in one request. */
type Together = Extract<Change, { kind: 'write' }>;

/** Returns the changes from an index on that can be made in one request. */
export function togetherFrom(
  parts: Pick<ExecutorParts, 'host'>,
  changes: readonly Change[],
  index: number,
): readonly Together[] {
  const from: Together[] = [];
  for (const change of changes.slice(index)) {
    if (!isTogether(parts, change) || change.host !== (from[0] ?? change).host) break;
    from.push(change);
  }
  return from;
}

function isTogether(parts: Pick<ExecutorParts, 'host'>, change: Change): change is Together {
  if (change.kind !== 'write' || change.host === undefined) return false;
  if (change.entry.type !== 'file' && change.entry.type !== 'directory') return false;
  return parts.host(change.host).files.together !== undefined;
}

/**
 * Applies confirmed changes of files on one host in one request. The intents of all of them are recorded before the
 * request; after a kill, an inspection shows which changes happened.
 * @returns the number of applied changes; smaller than the number of all if the state of the next file is not the
 * confirmed one
 * @throws FileFault if the host's file system refuses a change; the changes before it are applied
 */
export async function applyTogether(
  parts: ExecutorParts,
  step: string,
  changes: readonly [Together, ...Together[]],
): Promise<number> {
  await parts.lock.assertHeld();
  const files = filesOf(parts, changes[0]);
  if (files.together === undefined) throw new Error('the host makes no changes together');
  const { done, error } = await attempt(parts, step, changes, files.together);
  for (const change of changes.slice(0, done)) {
    const [scope, subject] = [scopeOf(change), subjectOf(change)];
    await parts.journal.add({ type: 'applied', step, scope, subject, ...fingerprint(change) });
  }
  if (error === null) return changes.length;
  if (!(error instanceof PreconditionFailed)) throw error;
  for (const change of changes.slice(done)) {
    await parts.journal.add({ type: 'refused', step, scope: scopeOf(change) });
  }
  return done;
}

async function attempt(
  parts: ExecutorParts,
  step: string,
  changes: readonly Together[],
  together: NonNullable<Files['together']>,
): ReturnType<typeof together> {
  try {
    for (const change of changes) await recordIntent(parts, step, change);
  } catch (error) {
    if (error instanceof PreconditionFailed) return { done: 0, error };
    throw error;
  }
  return together(changes.map((change) => fileChangeOf(change, parts.randomBytes)));
}

function fileChangeOf({ path, before, entry }: Together, randomBytes: RandomBytes): FileChange {
  if (entry.type !== 'file') return { path, before, type: 'directory' };
  return { path, before, type: 'file', mode: entry.mode, content: contentOf(entry.content, randomBytes) };
}
