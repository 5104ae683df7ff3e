import { constants } from 'node:fs';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { FileFault } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';

/** The most bytes that are read from anything but a regular file, because a device may never end. */
const most = 16_000_000;
const chunkSize = 65_536;
/** Milliseconds between two reads of a pipe whose writer has written nothing yet. */
const pause = 20;

/**
 * Reads a file, a pipe or a device to its end.
 * @param shown the path that messages show
 * @throws FileFault ENODATA if the pipe is empty and no process has opened it to write
 */
export async function readBytes(path: string, shown: string): Promise<Uint8Array> {
  const found = await stat(path);
  if (found.isFile()) return readFile(path);
  // O_NONBLOCK: opening or reading a pipe would otherwise block a thread, which cannot be cancelled.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = await readToEnd(handle, shown);
    if (bytes.length === 0 && found.isFIFO()) throw new FileFault('read', shown, 'ENODATA');
    return bytes;
  } finally {
    await handle.close();
  }
}

async function readToEnd(handle: FileHandle, shown: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= most; ) {
    const chunk = await readChunk(handle);
    if (chunk === null) await setTimeout(pause);
    else if (chunk.length === 0) return Buffer.concat(chunks);
    else chunks.push(chunk);
    size += chunk?.length ?? 0;
  }
  throw new FileFault('read', shown, 'EFBIG');
}

/** Reads some bytes; an empty array at the end, null if there are none yet. */
async function readChunk(handle: FileHandle): Promise<Uint8Array | null> {
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkSize), 0, chunkSize, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    // Polled, because epoll(7) does not report the end of a pipe whose writer ended before the pipe was opened here.
    if (errnoOf(error) === 'EAGAIN') return null;
    throw error;
  }
}
