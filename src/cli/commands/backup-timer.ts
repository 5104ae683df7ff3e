import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { backupLocation } from '../../dumps/backup-location.ts';
import { noServer, timerNeedsApproval } from '../../dumps/backup-problems.ts';
import { type BackupTimer, backupTimer } from '../../dumps/backup-timer.ts';
import { applyChange } from '../../engine/executor.ts';
import { Journal } from '../../engine/journal.ts';
import type { Lock } from '../../engine/lock.ts';
import { type CommandParts, type Execute, journalPath } from '../wiring/command.ts';
import { executorParts } from '../wiring/executor-parts.ts';
import { underLocks } from '../wiring/under-locks.ts';
import { type OpenWorkspace, openWorkspace } from '../wiring/workspace.ts';

/** Installs or removes the timer of a production host's backups; without `--force`, only shows its files. */
export const timerOfBackups: Execute = async (parts) => {
  const { flags, signal } = parts;
  const open = await openWorkspace(parts);
  try {
    const { production } = open.ports;
    const location = production?.stack == null ? null : await backupLocation(open.config, production);
    if (location === null) throw new ProblemError(noServer);
    const timer = await backupTimer(open.config, location, signal);
    if (!flags.removeTimer) for (const line of timer.lines) say(parts, line);
    say(parts, `change: ${summaryOf(changeIn(timer, flags.removeTimer))}`);
    if (!flags.force) throw new ProblemError(timerNeedsApproval(location.host.name, flags.removeTimer));
    return await underLocks(parts, open.ports, (lock) => apply(parts, open, timer, lock));
  } finally {
    await open.ports.close();
  }
};

const changeIn = ({ install, remove }: BackupTimer, isRemoval: boolean) => (isRemoval ? remove : install);

async function apply(
  parts: CommandParts,
  { ports, config }: OpenWorkspace,
  timer: BackupTimer,
  lock: Lock,
): Promise<ExitCode> {
  const { adapters, flags } = parts;
  const journal = await Journal.open(adapters.appendFile(ports.root, journalPath), adapters.clock);
  const executor = executorParts(parts, ports, null, journal, lock, { config });
  parts.signal.throwIfAborted();
  const onLine = (line: string) => say(parts, line);
  // The signal is not passed on, so that a change that has started is finished.
  await applyChange(
    executor,
    'backup',
    changeIn(timer, flags.removeTimer),
    new AbortController().signal,
    onLine,
  );
  say(parts, flags.removeTimer ? 'The timer was removed.' : 'The timer was installed.');
  return exitCodes.done;
}

const say = ({ reporter }: CommandParts, text: string) =>
  reporter.emit({ type: 'note', level: 'info', text });
