import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileFault } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';

/** A log: lines that are kept, and not flushed one by one. */
export interface LogFile {
  readonly path: string;
  write(line: string): void;
  close(): void;
}

/**
 * Written straight to the file: nothing gathers in memory, however fast the lines come.
 * @throws FileFault where it cannot be opened
 */
export function openLog(root: string, path: string): LogFile {
  const descriptor = opened(root, path);
  let lost = false;
  return {
    path,
    // A full disk ends the log and not the run: what the run cannot do without is the journal, which says so.
    write: (line) => {
      if (!lost) lost = !written(descriptor, `${line}\n`);
    },
    close: () => closeSync(descriptor),
  };
}

function opened(root: string, path: string): number {
  const full = join(root, path);
  try {
    mkdirSync(dirname(full), { recursive: true });
    return openSync(full, 'a', 0o600);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    throw new FileFault('write', path, errno, { cause: error });
  }
}

/** Whether the system took it. */
function written(descriptor: number, text: string): boolean {
  try {
    writeSync(descriptor, text);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
