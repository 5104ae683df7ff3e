import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileFault } from '../domain/ports/files.ts';
import { errnoOf } from './errno.ts';

/** A log of lines, which are not flushed. */
export interface LogFile {
  readonly path: string;
  write(line: string): void;
  close(): void;
}

/**
 * Opens a log. Lines are written synchronously, so that they do not accumulate in memory however fast they arrive.
 * @throws FileFault if it cannot be opened
 */
export function openLog(root: string, path: string): LogFile {
  const descriptor = opened(root, path);
  let failed = false;
  return {
    path,
    // A full disk ends the log, not the run. The journal, without which the run cannot go on, reports it.
    write: (line) => {
      if (!failed) failed = !written(descriptor, `${line}\n`);
    },
    close: () => closeSync(descriptor),
  };
}

function opened(root: string, path: string): number {
  const full = join(root, path);
  try {
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
    return openSync(full, 'a', 0o600);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new FileFault('write', path, errno, { cause: error });
  }
}

/** Writes a text. Returns false if the system refuses it. */
function written(descriptor: number, text: string): boolean {
  try {
    writeSync(descriptor, text);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
