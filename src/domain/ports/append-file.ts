/** A file that is only appended to, line by line. */
export interface AppendFile {
  /** Relative to the workspace, to be shown. */
  readonly path: string;
  /** Returns all bytes; none if the file does not exist. */
  read(): Promise<Uint8Array>;
  /** Appends text and flushes it to the disk before it resolves. */
  append(text: string): Promise<void>;
  /** Truncates the file to this many bytes. */
  cut(bytes: number): Promise<void>;
  /**
   * Returns what identifies the folder of the file; null if it does not exist. It stays the same if the folder or one
   * above it is renamed or mounted elsewhere, and differs in a copy.
   */
  folderId(): Promise<string | null>;
}
