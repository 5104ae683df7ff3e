import { alreadyRunning, backups } from '../argv/backup.ts';
import { ProblemError } from '../domain/problem.ts';
import { type BackupManifest, readManifest } from './backup-manifest.ts';
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
  const made = await host.processes.run(argv, '.', signal, onLine, { environment, input });
  if (made.exitCode === alreadyRunning) throw new ProblemError(backupRuns(location.name));
  if (made.exitCode !== 0) throw new ProblemError(backupFailed(location.name, made.stderr));
  return storedBackup(location, made.stdout.trim());
}

/** Reads the manifest of a backup beside its database. @throws ProblemError if it is not one */
export async function storedBackup({ host, folder }: DumpLocation, name: string): Promise<Backup> {
  const text = await host.files.read(`${folder}/${name}.json`);
  const manifest = readManifest(text);
  if (manifest === null) throw new ProblemError(unreadableManifest(`${folder}/${name}.json on ${host.name}`));
  return { name, text, manifest };
}
