import { scheduledBackup } from '../argv/backup.ts';
import {
  cronEntry,
  type DailyBackup,
  type Scheduler,
  schedule,
  schedulers,
  unitsOf,
} from '../argv/schedule.ts';
import type { Config } from '../config/config.ts';
import type { CommandChange } from '../domain/change.ts';
import { ProblemError } from '../domain/problem.ts';
import { noScheduler, timerFailed } from './backup-problems.ts';
import { commandAt } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/** The timer of a production host's backups: what installs and removes it, and its files as lines to show. */
export interface BackupTimer {
  readonly install: CommandChange;
  readonly remove: CommandChange;
  readonly lines: readonly string[];
}

/**
 * Returns the timer that a production host can have: one of systemd if the operator logs in as root, otherwise an entry in
 * the operator's crontab. Changes nothing.
 * @throws ProblemError if the host has neither
 */
export async function backupTimer(
  config: Config,
  location: DumpLocation,
  signal: AbortSignal,
): Promise<BackupTimer> {
  const { host, folder, programs } = location;
  const { argv, input } = schedule.find();
  const found = await host.processes.run(argv, '.', signal, undefined, { input });
  const kind = schedulers.find((one) => one === found.stdout.trim());
  if (kind === undefined) throw new ProblemError(noScheduler(host.name));
  const { directory } = config.production;
  const daily: DailyBackup = {
    file: `${directory}/.erp-deploy/scheduled-backup.sh`,
    text: scheduledBackup(directory, programs, folder, config.backup.keep),
    directory,
    unit: `erp-deploy-backup-${config.containers.database.name}`,
    at: config.backup.at,
  };
  const what = kind === 'systemd' ? `the timer ${daily.unit}.timer` : 'an entry in the crontab';
  return {
    install: commandAt(
      location,
      schedule.install(kind, daily),
      `install ${daily.file} and ${what} on ${host.name}: a backup every day at ${daily.at}, in the server's time zone`,
      timerFailed(host.name),
    ),
    remove: commandAt(
      location,
      schedule.remove(kind, daily),
      `remove ${daily.file} and ${what} from ${host.name}; backups are kept`,
      timerFailed(host.name),
    ),
    lines: linesOf(kind, daily),
  };
}

function linesOf(kind: Scheduler, daily: DailyBackup): readonly string[] {
  const { service, timer } = unitsOf(daily);
  const { unit, file, text } = daily;
  const files =
    kind === 'systemd'
      ? [
          [`/etc/systemd/system/${unit}.service`, service],
          [`/etc/systemd/system/${unit}.timer`, timer],
        ]
      : [['crontab', cronEntry(daily)]];
  return [...files, [file, text]].flatMap(([name, content = '']) => [
    `${name}:`,
    ...content.split('\n').map((line) => `  ${line}`),
  ]);
}
