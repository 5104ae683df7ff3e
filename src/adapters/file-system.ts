import fs from 'node:fs/promises';

/**
 * The calls of node:fs that change the workspace's files, or flush them. The adapters take them as a parameter, so that
 * a test can record them and work out what a power cut would leave.
 */
export interface FileSystem {
  chmod(path: string, mode: number): Promise<void>;
  link(target: string, path: string): Promise<void>;
  mkdir(path: string, mode: number): Promise<unknown>;
  /**
   * `wx` creates a file, `a` appends to one and creates it if it is missing, `r` is for flushing a file or a folder.
   */
  open(path: string, flags: 'wx' | 'a' | 'r', mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: true; readonly recursive?: boolean }): Promise<void>;
  rmdir(path: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
}

export interface OpenFile {
  stat(): Promise<{ readonly size: number }>;
  /** Writes at the end of what was written before. */
  writeFile(content: string | Uint8Array): Promise<void>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export const nodeFileSystem: FileSystem = fs;

/** Flushes a file, or the names in a folder: only then do they survive a power cut. */
export async function flush(path: string, fileSystem: FileSystem): Promise<void> {
  const handle = await fileSystem.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
