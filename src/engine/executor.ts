import { createHash } from 'node:crypto';
import { type Change, type ContentPart, scopeOf } from '../domain/change.ts';
import type { Files, Http, Processes, RandomBytes, SqlTarget } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { generateSecret, Secret } from '../domain/secret.ts';
import { commandFailed, requestFailed } from './executor-problems.ts';
import type { Journal } from './journal.ts';
import type { Entry } from './journal-format.ts';
import type { Lock } from './lock.ts';
import { stillAsConfirmed } from './preconditions.ts';

/** What the executor reaches the world with. Nothing else in erp-deploy changes it. */
export interface ExecutorParts {
  readonly files: Files;
  readonly processes: Processes;
  readonly http: Http;
  readonly randomBytes: RandomBytes;
  readonly journal: Journal;
  readonly lock: Lock;
  sql(database: Extract<Change, { kind: 'sql' }>['database']): SqlTarget;
}

/** `moved`: the world is not the one that the change was made for, and nothing was done. */
export type Applied = 'applied' | 'moved';

/**
 * Applies one confirmed change: looks whether the world is still the one it was confirmed for, writes
 * down what it is about to do (with the bytes it will replace), does it, and writes down that it did.
 * @throws ProblemError where the world refuses, FileFault where the file system does
 */
export async function applyChange(
  parts: ExecutorParts,
  step: string,
  change: Change,
  signal: AbortSignal,
): Promise<Applied> {
  await parts.lock.assertHeld();
  if (!(await stillAsConfirmed(parts, change, signal))) return 'moved';
  const scope = scopeOf(change);
  const backup = await keepBackup(parts.files, change);
  const written = fingerprint(change);
  await parts.journal.add({
    type: 'intended',
    step,
    scope,
    ...(backup === null ? {} : { backup }),
    ...written,
  });
  await perform(parts, change, signal);
  await parts.journal.add({ type: 'applied', step, scope, ...written });
  return 'applied';
}

/** Keeps the bytes that a write will replace, by their hash; never those of a file with secrets. */
async function keepBackup(files: Files, change: Change): Promise<string | null> {
  if (change.kind !== 'write' || change.entry.type !== 'file' || change.entry.confidential) return null;
  if (change.before.state === 'absent') return null;
  const backup = `.erp-deploy/backups/${change.before.sha256}`;
  if ((await files.look(backup)).type === 'absent') {
    await files.makeDirectory('.erp-deploy/backups');
    await files.copy(change.path, backup, 0o600);
  }
  return backup;
}

/** What a write leaves, known before it: a run that was killed meanwhile knows its own file again. */
function fingerprint(change: Change): Pick<Extract<Entry, { type: 'applied' }>, 'written'> {
  if (change.kind !== 'write' || change.entry.type !== 'file' || change.entry.confidential) return {};
  const { content } = change.entry;
  if (!content.every((part) => typeof part === 'string')) return {};
  return {
    written: { path: change.path, sha256: createHash('sha256').update(content.join('')).digest('hex') },
  };
}

async function perform(parts: ExecutorParts, change: Change, signal: AbortSignal): Promise<void> {
  const { files } = parts;
  switch (change.kind) {
    case 'write':
      if (change.entry.type === 'directory') return files.makeDirectory(change.path);
      if (change.entry.type === 'mode') return files.setMode(change.path, change.entry.mode);
      return files.write(change.path, contentOf(change.entry.content, parts.randomBytes), change.entry.mode);
    case 'move':
      return files.move(change.from, change.to);
    case 'sql':
      return parts.sql(change.database).apply(change);
    case 'command': {
      const result = await parts.processes.run(change.argv, change.cwd, signal);
      if (result.exitCode !== 0) throw new ProblemError(commandFailed(change, result));
      return;
    }
    case 'request': {
      const answer = await parts.http.request(change.method, change.url, change.body, signal);
      if (answer.status >= 300) throw new ProblemError(requestFailed(change, answer));
      return;
    }
  }
}

function contentOf(parts: readonly ContentPart[], randomBytes: RandomBytes): string {
  return parts.map((part) => textOf(part, randomBytes)).join('');
}

function textOf(part: ContentPart, randomBytes: RandomBytes): string {
  if (typeof part === 'string') return part;
  return part instanceof Secret ? part.reveal() : generateSecret(randomBytes, part.generateBytes).reveal();
}
