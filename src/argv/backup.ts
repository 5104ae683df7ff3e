import script from '../../assets/remote/backup.sh';
import { type Command, namedBy, scriptCommand } from '../domain/shell-script.ts';
import { quoted } from '../domain/show-change.ts';
import { dumpFolder, type Programs } from './dump.ts';

/** The folder of backups of production, relative to the deployment's folder or the workspace. */
const backupFolder = '.erp-deploy/database-backups';

/** Returns the folder of backups that stands for a folder of dumps. */
export function backupFolderFor(folderOfDumps: string): string {
  return folderOfDumps.replace(dumpFolder, backupFolder);
}

/** Bytes of a megabyte, and of what one `read` prints at most. */
const megabyte = 1_048_576;
export const chunkBytes = 4 * megabyte;

const locationOf = (programs: Programs) =>
  programs.in === 'environment'
    ? ['environment']
    : ['container', programs.container, programs.user, programs.database];

/** Commands for backups: assets/remote/backup.sh. */
export const backups = {
  /**
   * Makes a backup, and removes the oldest ones. Prints its name. Exits with 75 if another one is being made.
   * @param keep how many are kept
   * @param seconds between two reports of progress on stderr
   */
  make: (programs: Programs, folder: string, keep: number, seconds = 20): Command =>
    scriptCommand('backup.sh', script, ['make', `${seconds}`, `${keep}`, folder, ...locationOf(programs)]),
  /** Prints the roles with the hashes of their passwords, which must not be stored unencrypted. */
  roles: (programs: Programs): Command =>
    scriptCommand('backup.sh', script, ['roles', ...locationOf(programs)]),
  /** Prints up to `chunkBytes` of a file in base64. @param from a multiple of `chunkBytes` */
  read: (file: string, from: number): Command =>
    scriptCommand('backup.sh', script, ['read', file, `${from / megabyte}`]),
} as const;

/** Exit code of `make` if another backup of the database is being made (EX_TEMPFAIL of sysexits.h). */
export const alreadyRunning = 75;

/** Returns the script of a backup that a timer starts, complete with its arguments. @param directory the deployment's */
export function scheduledBackup(directory: string, programs: Programs, folder: string, keep: number): string {
  const { input = '', argv } = backups.make(programs, folder, keep);
  const args = namedBy(argv).slice(1).map(quoted).join(' ');
  const body = input.replace(/\nmain "\$@"$/, '');
  return `#!/bin/sh
# Written by erp-deploy backup --install-timer, which replaces it; backup --remove-timer removes it.
PATH=$PATH:/usr/local/bin:/usr/sbin:/snap/bin
cd ${quoted(directory)} || exit
${body}
main ${args}`;
}
