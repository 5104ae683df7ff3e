import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { FileFault } from '../domain/ports/files.ts';
import { errnoOf } from './errno.ts';

/** The most bytes that are read from anything but a regular file, because a device may never end. */
const mostOfStream = 16_000_000;
const chunkSize = 65_536;
/** Milliseconds between two reads of a pipe whose writer has written nothing yet. */
const pause = 20;
/** Milliseconds to wait for the writer of a pipe that is open for writing. */
const patience = 60_000;

/** The most bytes that are read from each kind of file. */
export const largest = { text: 64_000_000, log: 256_000_000, lockEntry: 1_000_000 } as const;

/**
 * Reads a regular file. Opens it without blocking: opening a pipe would otherwise block a thread, which no signal ends.
 * @param shown the path that messages show
 * @throws FileFault EINVAL if it is anything but a file, EFBIG if it has more bytes than `most`
 */
export async function readRegular(path: string, shown: string, most: number): Promise<Uint8Array> {
  return withHandle(path, async (handle) => {
    const found = await handle.stat();
    if (found.isDirectory()) throw new FileFault('read', shown, 'EISDIR');
    if (!found.isFile()) throw new FileFault('read', shown, 'EINVAL');
    if (found.size > most) throw new FileFault('read', shown, 'EFBIG');
    return handle.readFile();
  });
}

/** Returns the SHA-256 of a regular file of any size, in hex. @throws FileFault as `readRegular` does */
export async function hashRegular(path: string, shown: string): Promise<string> {
  // Loaded here, because most commands hash no file.
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for await (const chunk of chunksOfRegular(path, shown)) hash.update(chunk);
  return hash.digest('hex');
}

/** Reads a regular file of any size. @throws FileFault as `readRegular` does */
export async function* chunksOfRegular(path: string, shown: string): AsyncGenerator<Uint8Array, void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (found.isDirectory()) throw new FileFault('read', shown, 'EISDIR');
    if (!found.isFile()) throw new FileFault('read', shown, 'EINVAL');
    const chunks: AsyncIterable<Buffer> = handle.createReadStream({ autoClose: false });
    yield* chunks;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file, a pipe or a device to its end, as for a configuration that is given by process substitution.
 * @param shown the path that messages show
 * @throws FileFault ENODATA if the pipe is empty and no process has opened it to write, or the writer writes nothing
 */
export async function readBytes(path: string, shown: string): Promise<Uint8Array> {
  return withHandle(path, async (handle) => {
    const found = await handle.stat();
    if (found.isFile() && found.size > largest.text) throw new FileFault('read', shown, 'EFBIG');
    if (found.isFile()) return handle.readFile();
    const bytes = await readToEnd(handle, shown);
    if (bytes.length === 0 && found.isFIFO()) throw new FileFault('read', shown, 'ENODATA');
    return bytes;
  });
}

async function withHandle<Answer>(
  path: string,
  act: (handle: FileHandle) => Promise<Answer>,
): Promise<Answer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await act(handle);
  } finally {
    await handle.close();
  }
}

async function readToEnd(handle: FileHandle, shown: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let [size, waited] = [0, 0]; size <= mostOfStream; ) {
    const chunk = await readChunk(handle);
    if (chunk?.length === 0) return Buffer.concat(chunks);
    if (chunk !== null) {
      chunks.push(chunk);
      size += chunk.length;
      continue;
    }
    if (waited > patience) throw new FileFault('read', shown, 'ENODATA');
    waited += pause;
    await setTimeout(pause);
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
