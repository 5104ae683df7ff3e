import script from '../../assets/remote/schedule.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';
import { quoted } from '../domain/show-change.ts';

/** What starts a backup every day. */
export const schedulers = ['systemd', 'cron'] as const;
export type Scheduler = (typeof schedulers)[number];

/** A daily backup of a deployment on its server. */
export interface DailyBackup {
  /** Path of the script that makes it, absolute. */
  readonly file: string;
  /** The text of that script. */
  readonly text: string;
  /** The directory of the deployment. */
  readonly directory: string;
  /** The name of its units in systemd, without `.timer`. */
  readonly unit: string;
  /** Its time of day on the server, such as `03:15`. */
  readonly at: string;
}

const command = (...words: readonly string[]): Command => scriptCommand('schedule.sh', script, words);

/** Commands for the timer of a backup: assets/remote/schedule.sh. */
export const schedule = {
  /** Prints `systemd`, `cron` or `none`: what this user can install. */
  find: (): Command => command('find'),
  install: (kind: Scheduler, daily: DailyBackup): Command => {
    const { file, text, unit } = daily;
    const { service, timer } = unitsOf(daily);
    return kind === 'systemd'
      ? command('install', kind, file, text, unit, service, timer)
      : command('install', kind, file, text, cronEntry(daily), markOf(daily.directory));
  },
  remove: (kind: Scheduler, { file, unit, directory }: DailyBackup): Command =>
    command('remove', kind, file, kind === 'systemd' ? unit : markOf(directory)),
} as const;

const markOf = (directory: string) => `# erp-deploy backup of ${directory.replaceAll('%', '\\%')}`;

/** Returns a word of ExecStart= as systemd reads it (systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers"). */
const unitWord = (word: string) =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** Returns the texts of the two units. */
export function unitsOf({ file, directory, at }: DailyBackup) {
  const service = `# Written by erp-deploy backup --install-timer.
[Unit]
Description=Backup of the database in ${directory.replaceAll('%', '%%')}
After=docker.service

[Service]
Type=oneshot
ExecStart=/bin/sh ${unitWord(file)}
Nice=10`;
  const timer = `# Written by erp-deploy backup --install-timer.
[Unit]
Description=Daily backup of the database in ${directory.replaceAll('%', '%%')}

[Timer]
OnCalendar=*-*-* ${at}:00
Persistent=true

[Install]
WantedBy=timers.target`;
  return { service, timer };
}

/** Returns the line of a crontab. In its command, `%` would end the command (crontab(5)). */
export function cronEntry({ file, directory, at }: DailyBackup): string {
  const [hour = '', minute = ''] = at.split(':');
  const word = quoted(file).replaceAll('%', '\\%');
  const log = quoted(file.replace(/\.sh$/, '.log')).replaceAll('%', '\\%');
  return `${Number(minute)} ${Number(hour)} * * * /bin/sh ${word} >${log} 2>&1 ${markOf(directory)}`;
}
