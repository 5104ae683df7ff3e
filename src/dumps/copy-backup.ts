import { createHash } from 'node:crypto';
import { backups, chunkBytes } from '../argv/backup.ts';
import type { BackupStore } from '../domain/ports/backup-store.ts';
import { ProblemError } from '../domain/problem.ts';
import { type BackupFile, backupsAmong } from './backup-manifest.ts';
import { copyFailed } from './backup-problems.ts';
import type { DumpLocation } from './location.ts';
import { type Backup, storedBackup } from './make-backup.ts';

/**
 * Copies the backups beside the database that a store does not contain yet, the newest first, so that a copy that was
 * interrupted is completed by the next run; then removes the oldest ones from the store.
 * @param keep how many are kept in the store
 * @returns the names of the copied ones
 * @throws ProblemError
 */
export async function copyMissing(
  location: DumpLocation,
  store: BackupStore,
  keep: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const made = backupsAmong(await location.host.files.list(location.folder)).slice(0, keep);
  const copied = new Set(backupsAmong(await store.list(signal)));
  const missing = made.filter((name) => !copied.has(name));
  for (const name of missing) await copyBackup(location, await storedBackup(location, name), store, signal);
  await removeOldest(store, keep, signal);
  return missing;
}

async function copyBackup(
  location: DumpLocation,
  { name, text, manifest }: Backup,
  store: BackupStore,
  signal: AbortSignal,
): Promise<void> {
  const files = [
    [`${name}.dump`, manifest.dump],
    [`${name}.roles.sql`, manifest.roles],
  ] as const;
  for (const [file, expected] of files) {
    await store.write(file, fileChunks(location, file, expected, signal), signal);
  }
  // Last, because a backup without its manifest does not count.
  await store.write(`${name}.json`, oneChunk(text), signal);
}

async function* oneChunk(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/**
 * Reads a file of a backup from its host, a few megabytes in a request.
 * @throws ProblemError at its end if it is not the file that the manifest describes
 */
export async function* fileChunks(
  { host, folder, environment }: DumpLocation,
  name: string,
  expected: BackupFile,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < expected.bytes; at += chunkBytes) {
    const { argv, input } = backups.read(`${folder}/${name}`, at);
    // The listener lifts the time limit that a command on a server has otherwise.
    const read = await host.processes.run(argv, '.', signal, () => undefined, { environment, input });
    if (read.exitCode !== 0) throw new ProblemError(copyFailed(name, host.name, read.stderr.trim()));
    const chunk = Buffer.from(read.stdout, 'base64');
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== expected.sha256) {
    throw new ProblemError(copyFailed(name, host.name, 'its SHA-256 differs from that in its manifest'));
  }
}

/**
 * Removes the backups beyond the newest ones, and with them what interrupted copies left of still older ones. Without
 * a manifest left, nothing is removed.
 */
async function removeOldest(store: BackupStore, keep: number, signal: AbortSignal): Promise<void> {
  const files = await store.list(signal);
  const oldest = backupsAmong(files).slice(0, keep).at(-1);
  if (oldest === undefined) return;
  const old = files.filter((name) => /^\d{8}T\d{6}Z\./.test(name) && name.slice(0, oldest.length) < oldest);
  // The manifests first: what is left of a backup after a kill must not count as one.
  for (const name of old.toSorted((one, other) => Number(isManifest(other)) - Number(isManifest(one))))
    await store.remove(name, signal);
}

const isManifest = (name: string) => name.endsWith('.json');
