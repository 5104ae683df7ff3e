import { createHash } from 'node:crypto';
import { backups, chunkBytes } from '../argv/backup.ts';
import type { BackupStore, Encryption } from '../domain/ports/backup-store.ts';
import { ProblemError } from '../domain/problem.ts';
import { type BackupFile, type BackupManifest, backupsAmong } from './backup-manifest.ts';
import { copyFailed } from './backup-problems.ts';
import type { DumpLocation } from './location.ts';
import { type Backup, storedBackup } from './make-backup.ts';

/** How backups are copied. */
interface CopySettings {
  /** How many are kept in the store. */
  readonly keep: number;
  /** Null to copy them as they are. */
  readonly encryption: Encryption | null;
  /** The roles with the hashes of their passwords, by the name of a backup; only for encrypted copies. */
  readonly roles: ReadonlyMap<string, string>;
}

/**
 * Copies the backups beside the database that a store does not contain yet, the newest first, so that a copy that was
 * interrupted is completed by the next run; then removes the oldest ones from the store.
 * @returns the names of the copied ones
 * @throws ProblemError
 */
export async function copyMissing(
  location: DumpLocation,
  store: BackupStore,
  { keep, encryption, roles }: CopySettings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const made = backupsAmong(await location.host.files.list(location.folder)).slice(0, keep);
  const copied = new Set(backupsAmong(await store.list(signal)));
  const missing = made.filter((name) => !copied.has(name));
  for (const name of missing) {
    const backup = await storedBackup(location, name);
    const files = filesOf(location, backup, roles.get(name), signal);
    if (encryption === null) await copyPlain(store, backup, files, signal);
    else await copyEncrypted(store, backup, files, encryption, signal);
  }
  await removeOldest(store, keep, signal);
  return missing;
}

/** A file of a backup, to be copied. */
interface CopiedFile {
  /** What its name ends with. */
  readonly ending: '.dump' | '.roles.sql';
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly is: BackupFile;
}

function filesOf(
  location: DumpLocation,
  { name, manifest }: Backup,
  roles: string | undefined,
  signal: AbortSignal,
): readonly CopiedFile[] {
  const stored = (ending: CopiedFile['ending'], is: BackupFile): CopiedFile => ({
    ending,
    is,
    chunks: fileChunks(location, `${name}${ending}`, is, signal),
  });
  const dump = stored('.dump', manifest.dump);
  if (roles === undefined) return [dump, stored('.roles.sql', manifest.roles)];
  const is = { bytes: Buffer.byteLength(roles), sha256: createHash('sha256').update(roles).digest('hex') };
  return [dump, { ending: '.roles.sql', is, chunks: oneChunk(roles) }];
}

async function copyPlain(
  store: BackupStore,
  { name, text }: Backup,
  files: readonly CopiedFile[],
  signal: AbortSignal,
): Promise<void> {
  for (const { ending, chunks } of files) await store.write(`${name}${ending}`, chunks, signal);
  // Last, because a backup without its manifest does not count.
  await store.write(`${name}.json`, oneChunk(text), signal);
}

async function copyEncrypted(
  store: BackupStore,
  { name, manifest }: Backup,
  files: readonly CopiedFile[],
  { recipient, encrypt }: Encryption,
  signal: AbortSignal,
): Promise<void> {
  for (const { ending, chunks } of files) await store.write(`${name}${ending}.age`, encrypt(chunks), signal);
  const roles = files.find(({ ending }) => ending === '.roles.sql')?.is ?? manifest.roles;
  const copied: BackupManifest = { ...manifest, roles, age: recipient };
  await store.write(`${name}.json`, oneChunk(`${JSON.stringify(copied)}\n`), signal);
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
    if (chunk.length === 0) break;
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
