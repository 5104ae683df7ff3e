import { alreadyRunning, backups } from '../argv/backup.ts';
import { ProblemError } from '../domain/problem.ts';
import { type BackupManifest, isBackupName, readManifest } from './backup-manifest.ts';
import { backupFailed, backupRuns, unreadableManifest } from './backup-problems.ts';
import { noDumpPossible } from './dump-change.ts';
import type { DumpLocation } from './location.ts';

/** A complete backup beside its database. */
export interface Backup {
  /** Its time, which the names of its files begin with. */
  readonly name: string;
  /** The text of the manifest. */
  readonly text: string;
  readonly manifest: BackupManifest;
}

/**
 * Dumps a running database, reads the dump to its end, and removes the oldest backups. It changes neither the database
 * nor the deployment, so that it needs no lock of a rollout.
 * @param keep how many are kept
 * @throws ProblemError
 */
export async function makeBackup(
  location: DumpLocation,
  keep: number,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Backup> {
  const { programs, folder, host, environment } = location;
  const impossible = await noDumpPossible(location, signal);
  if (impossible !== null) throw new ProblemError(impossible);
  const { argv, input } = backups.make(programs, folder, keep);
  // The listener lifts the time limit that a command on a server has otherwise; the last line is the name.
  const report = (line: string) => (isBackupName(line) ? undefined : onLine(line));
  const made = await host.processes.run(argv, '.', signal, report, { environment, input });
  if (made.exitCode === alreadyRunning) throw new ProblemError(backupRuns(location.name));
  if (made.exitCode !== 0) throw new ProblemError(backupFailed(location.name, made.stderr));
  return storedBackup(location, made.stdout.trim());
}

/**
 * Returns the roles with the hashes of their passwords, for an encrypted copy; null if the operator may not read them,
 * as on a managed server. They are not stored on the server.
 * @throws ProblemError
 */
export async function rolesWithPasswords(
  { programs, host, name }: DumpLocation,
  signal: AbortSignal,
): Promise<string | null> {
  if (programs.in === 'environment') return null;
  const { argv, input } = backups.roles(programs);
  const dumped = await host.processes.run(argv, '.', signal, undefined, { input });
  if (dumped.exitCode !== 0) throw new ProblemError(backupFailed(name, dumped.stderr));
  return `${dumped.stdout}\n`;
}

/** Reads the manifest of a backup beside its database. @throws ProblemError if it is not one */
export async function storedBackup({ host, folder }: DumpLocation, name: string): Promise<Backup> {
  const text = await host.files.read(`${folder}/${name}.json`);
  const manifest = readManifest(text);
  if (manifest === null) throw new ProblemError(unreadableManifest(`${folder}/${name}.json on ${host.name}`));
  return { name, text, manifest };
}
