import type { Secret } from '../secret.ts';

/** Where copies are kept at an S3-compatible service. */
export interface S3Bucket {
  /** The URL of the bucket. */
  readonly endpoint: string;
  readonly region: string;
  /** The prefix of the objects' names; empty, or ending with `/`. */
  readonly prefix: string;
}

/** A key of an S3-compatible service. */
export interface S3Key {
  readonly id: string;
  readonly secret: Secret;
}

/** Files outside of the machine of the database, in which copies of backups are kept. */
export interface BackupStore {
  /** As messages show it: a path or an address. */
  readonly name: string;
  /** Returns the names of the files in it, sorted; none if it does not exist yet. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Writes a file completely or not at all, and replaces a file of the same name. When this resolves, the file is
   * stored durably.
   */
  write(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Reads a file from its beginning to its end. */
  read(name: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes a file; does nothing if it does not exist. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}

/** Encrypts copies of backups, so that only the holder of a private key can read them. */
export interface Encryption {
  /** The public key. */
  readonly recipient: string;
  encrypt(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Decrypts a file. @throws ProblemError if none of the keys fits, or the file was changed */
export type Decryption = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
