import { createHash } from 'node:crypto';
import type { BackupStore, Decryption } from '../domain/ports/backup-store.ts';
import { ProblemError } from '../domain/problem.ts';
import { type BackupFile, type BackupManifest, backupsAmong, readManifest } from './backup-manifest.ts';
import { copyFailed, needsIdentity, noBackup, unreadableManifest } from './backup-problems.ts';
import { fileChunks } from './copy-backup.ts';
import type { DumpLocation } from './location.ts';
import { storedBackup } from './make-backup.ts';

/** A backup in one of the places where backups are kept. */
export interface FoundBackup {
  /** The place, as messages show it. */
  readonly where: string;
  readonly name: string;
  readonly manifest: BackupManifest;
  /** Reads a file of it, and compares it with the manifest. @param ending `.dump` or `.roles.sql` */
  read(ending: '.dump' | '.roles.sql'): AsyncIterable<Uint8Array>;
}

/**
 * Finds a complete backup: in the first store that contains one, since that is what is left if the server is lost, and
 * otherwise beside the database.
 * @param given its name; undefined for the newest one
 * @param decryption null without a private key
 * @throws ProblemError if there is none
 */
export async function findBackup(
  location: DumpLocation,
  stores: readonly BackupStore[],
  given: string | undefined,
  decryption: Decryption | null,
  signal: AbortSignal,
): Promise<FoundBackup> {
  for (const store of stores) {
    const name = chosen(await store.list(signal), given);
    if (name !== undefined) return inStore(store, name, decryption, signal);
  }
  const { host, folder } = location;
  const name = chosen(await host.files.list(folder), given);
  const places = [...stores.map((store) => store.name), `${folder} on ${host.name}`];
  if (name === undefined) throw new ProblemError(noBackup(given, places));
  const { manifest } = await storedBackup(location, name);
  const read: FoundBackup['read'] = (ending) =>
    fileChunks(location, `${name}${ending}`, fileOf(manifest, ending), signal);
  return { where: `${folder} on ${host.name}`, name, manifest, read };
}

function chosen(files: readonly string[], given: string | undefined): string | undefined {
  const names = backupsAmong(files);
  return given === undefined ? names[0] : names.find((name) => name === given);
}

async function inStore(
  store: BackupStore,
  name: string,
  decryption: Decryption | null,
  signal: AbortSignal,
): Promise<FoundBackup> {
  const text = await shortText(store.read(`${name}.json`, signal));
  const manifest = text === null ? null : readManifest(text);
  if (manifest === null) throw new ProblemError(unreadableManifest(`${name}.json in ${store.name}`));
  if (manifest.age !== undefined && decryption === null)
    throw new ProblemError(needsIdentity(name, manifest.age));
  const decrypt: Decryption = (manifest.age === undefined ? null : decryption) ?? ((chunks) => chunks);
  const read: FoundBackup['read'] = (ending) => {
    const file = manifest.age === undefined ? `${name}${ending}` : `${name}${ending}.age`;
    const stored = store.read(file, signal);
    return verified(decrypt(stored), fileOf(manifest, ending), file, store.name);
  };
  return { where: store.name, name, manifest, read };
}

/** Bytes of a manifest of some hundred thousand tables. */
const mostOfManifest = 16_000_000;

/** Returns a text; null if it is longer than a manifest can be. */
async function shortText(chunks: AsyncIterable<Uint8Array>): Promise<string | null> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    kept.push(chunk);
    size += chunk.length;
    if (size > mostOfManifest) return null;
  }
  return Buffer.concat(kept).toString();
}

const fileOf = ({ dump, roles }: BackupManifest, ending: '.dump' | '.roles.sql') =>
  ending === '.dump' ? dump : roles;

/** @throws ProblemError at its end if it is not the file that the manifest describes */
async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  { bytes, sha256 }: BackupFile,
  file: string,
  where: string,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    // It would fill the disk otherwise.
    if (size > bytes) throw new ProblemError(copyFailed(file, where, 'it is longer than its manifest says'));
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256)
    throw new ProblemError(copyFailed(file, where, 'its SHA-256 differs from that in its manifest'));
}
