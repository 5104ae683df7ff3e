import { type Change, type HostId, type RequestChange, scopeOf, subjectOf } from '../domain/change.ts';
import type { SqlApplier } from '../domain/ports/database.ts';
import { type Files, PreconditionFailed } from '../domain/ports/files.ts';
import type { Host, ProcessResult } from '../domain/ports/host.ts';
import { RefusedRequest, type RequestSender } from '../domain/ports/requests.ts';
import type { RandomBytes } from '../domain/ports/system.ts';
import { ProblemError } from '../domain/problem.ts';
import { commandFailed } from './executor-problems.ts';
import { contentOf } from './file-content.ts';
import { filesOf, fingerprint, recordIntent } from './intents.ts';
import type { Journal } from './journal.ts';
import type { Lock } from './lock.ts';
import { runOnNewConnection } from './new-connection.ts';
import { preconditionHolds } from './preconditions.ts';

/** The ports through which the executor applies changes. Nothing else in erp-deploy changes the system. */
export interface ExecutorParts {
  /** The workspace's. */
  readonly files: Files;
  /** Runs the commands of a host and has its files. */
  host(id: HostId): Pick<Host, 'files' | 'processes' | 'renew'>;
  /** Returns the sender for an API; for plain HTTP if `api` is undefined. */
  requests(api: RequestChange['api']): RequestSender;
  readonly randomBytes: RandomBytes;
  readonly journal: Journal;
  readonly lock: Lock;
  /** Checks the locks of the workspace and of production. @throws ProblemError (exit 6) if another rollout took one */
  assertLocksHeld?(): Promise<void>;
  /** Counts the changes that are being applied: a signal ends the command only between changes. */
  readonly working: Working;
  sql(database: Extract<Change, { kind: 'sql' }>['database']): SqlApplier;
}

/** The number of changes that are being applied now. */
export interface Working {
  changes: number;
}

/** `moved`: the actual state is not the confirmed one, and nothing was changed. */
export type Applied = 'applied' | 'moved';

/**
 * Applies one confirmed change: checks its precondition, records the intent (with a backup of the bytes that it will
 * replace), makes the change, and records that it was applied.
 * @param onLine receives each line that a command prints
 * @throws ProblemError if the system refuses the change, FileFault if the file system does
 */
export async function applyChange(
  parts: ExecutorParts,
  step: string,
  change: Change,
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<Applied> {
  await parts.lock.assertHeld();
  if (!(await preconditionHolds(parts, change, signal))) return 'moved';
  const scope = scopeOf(change);
  try {
    await recordIntent(parts, step, change);
  } catch (error) {
    if (error instanceof PreconditionFailed) return 'moved';
    throw error;
  }
  try {
    await perform(parts, change, signal, onLine);
  } catch (error) {
    const moved = error instanceof PreconditionFailed;
    if (moved || error instanceof RefusedRequest) await parts.journal.add({ type: 'refused', step, scope });
    if (moved) return 'moved';
    throw error;
  }
  await parts.journal.add({
    type: 'applied',
    step,
    scope,
    subject: subjectOf(change),
    ...fingerprint(change),
  });
  return 'applied';
}

async function perform(
  parts: ExecutorParts,
  change: Change,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const files = filesOf(parts, change);
  switch (change.kind) {
    case 'write':
      if (change.entry.type === 'directory') return files.makeDirectory(change.path, change.before);
      if (change.entry.type === 'removal') {
        return change.before.state === 'folder'
          ? files.removeFolder(change.path, change.before)
          : files.remove(change.path, change.before);
      }
      if (change.entry.type === 'mode') return files.setMode(change.path, change.entry.mode, change.before);
      return files.write(
        change.path,
        contentOf(change.entry.content, parts.randomBytes),
        change.entry.mode,
        change.before,
      );
    case 'move':
      return files.move(change.from, change.to);
    case 'sql':
      return parts.sql(change.database).apply(change, onLine);
    case 'command': {
      const result = await runUnlessCut(parts, change, signal, onLine);
      if (result !== null && result.exitCode !== 0) throw new ProblemError(commandFailed(change, result));
      if (change.confirm === undefined) return;
      const confirmed = await runOnNewConnection(
        parts.host(change.host),
        change.confirm,
        change.cwd,
        signal,
        onLine,
      );
      if (confirmed.exitCode !== 0) throw new ProblemError(commandFailed(change, confirmed));
      return;
    }
    case 'request':
      return parts.requests(change.api).send(change, signal);
  }
}

/**
 * Runs a command. Returns null if the command cut its own connection, so that the result must be confirmed over a new
 * one.
 */
async function runUnlessCut(
  parts: ExecutorParts,
  { host, argv, input, cwd, environment, confirm }: Extract<Change, { kind: 'command' }>,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<ProcessResult | null> {
  try {
    return await parts.host(host).processes.run(argv, cwd, signal, onLine, { environment, input });
  } catch (error) {
    const lost = error instanceof ProblemError && error.problems[0].code === 'ERP-0710';
    if (lost && confirm !== undefined) return null;
    throw error;
  }
}
