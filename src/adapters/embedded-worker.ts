import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseError } from '../domain/session.ts';
import type { Answer, Call, OpenOptions } from './embedded-protocol.ts';
import { type EmbeddedSession, openEmbedded, openEmbeddedDump } from './embedded-session.ts';

/** Runs PGlite in a thread of its own, because its WebAssembly would block the screen and Ctrl-C for seconds. */
const port = parentPort;
if (port === null) throw new Error('embedded-worker runs as a worker thread only');

/** Started by the first call, which reports its failure. */
let opening: Promise<EmbeddedSession> | undefined;

port.on('message', (call: Call) => {
  void answer(call).then((message) => port.postMessage(message));
});

async function answer(call: Call): Promise<Answer> {
  try {
    opening ??= open(workerData);
    return { id: call.id, ok: true, value: await perform(await opening, call) };
  } catch (error) {
    if (error instanceof DatabaseError) return { id: call.id, ok: false, fault: error.fault };
    return { id: call.id, ok: false, crash: reasonOf(error) };
  }
}

/** WASI's numbers of file system errors: https://github.com/WebAssembly/WASI (errno). */
const errnoNames: Readonly<Record<number, string>> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
};

/** Returns why the engine failed. WebAssembly's file system throws plain objects; Node's throws errors with a code. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) {
    const isFromFileSystem = 'syscall' in error && 'code' in error;
    return isFromFileSystem
      ? `file system error (${error.code}): ${error.message}`
      : (error.stack ?? error.message);
  }
  const errno =
    typeof error === 'object' && error !== null && 'errno' in error ? Number(error.errno) : Number.NaN;
  return `file system error (${errnoNames[errno] ?? JSON.stringify(error)})`;
}

async function perform(session: EmbeddedSession, call: Call): Promise<unknown> {
  switch (call.type) {
    case 'ready':
      return null;
    case 'query':
      return session.query(call.sql, call.parameters);
    case 'script':
      return session.script(call.sql);
    case 'dump':
      return session.dump(call.file);
    case 'close':
      return session.close();
  }
}

/** @param options as `openThread` passes them */
function open({ folder, dump }: OpenOptions): Promise<EmbeddedSession> {
  return dump === undefined ? openEmbedded(folder) : openEmbeddedDump(dump);
}
