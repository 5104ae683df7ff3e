/** Files outside of the machine of the database, in which copies of backups are kept. */
export interface BackupStore {
  /** As messages show it: a path or an address. */
  readonly name: string;
  /** Returns the names of the files in it, sorted; none if it does not exist yet. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Writes a file as a whole or not at all, replacing one of the same name. Then it is stored durably.
   */
  write(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** Reads a file from its beginning to its end. */
  read(name: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes a file; does nothing if it does not exist. */
  remove(name: string, signal: AbortSignal): Promise<void>;
}
