import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseError, EngineCrash, type Row } from '../domain/session.ts';
import type { Answer, Call, OpenOptions } from './embedded-protocol.ts';
import type { EmbeddedSession } from './embedded-session.ts';

type Request = Call extends infer One ? (One extends Call ? Omit<One, 'id'> : never) : never;

/**
 * Opens the embedded PostgreSQL in a thread of its own, and in memory if no folder is given.
 * Hold the workspace lock: if two processes open a folder, committed rows are lost.
 * @throws EngineCrash if the engine cannot start (a full disk, a damaged folder)
 */
export function openEmbeddedThread(folder?: string): Promise<EmbeddedSession> {
  return openThread(folder === undefined ? {} : { folder });
}

/** Loads a dump into memory, in a thread of its own. @throws EngineCrash if it cannot be read */
export function openEmbeddedDumpThread(dump: string): Promise<EmbeddedSession> {
  return openThread({ dump });
}

async function openThread(options: OpenOptions): Promise<EmbeddedSession> {
  const engine = new EngineThread(options);
  try {
    await engine.ask({ type: 'ready' });
  } catch (error) {
    await engine.end(); // a running thread would keep the process from ending
    throw error;
  }
  return {
    query: async (sql, parameters = []) => (await engine.ask({ type: 'query', sql, parameters })) as Row[],
    script: async (sql) => (await engine.ask({ type: 'script', sql })) as Row[][],
    close: () => engine.close(),
    dump: async (file) => void (await engine.ask({ type: 'dump', file })),
  };
}

class EngineThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #gone: Error | null = null;

  constructor(options: OpenOptions) {
    const file = import.meta.url.endsWith('.ts') ? './embedded-worker.ts' : './embedded-worker.js';
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: options, env: threadEnv() });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#lose(new EngineCrash(String(error), { cause: error })));
    this.#worker.on('exit', () => this.#lose(new EngineCrash('its thread ended')));
  }

  /** Sends a request to the thread. The result has the type that the `Session` in the thread returns. */
  ask(call: Request): Promise<unknown> {
    if (this.#gone !== null) return Promise.reject(this.#gone);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...call });
    });
  }

  async close(): Promise<void> {
    try {
      if (this.#gone === null) await this.ask({ type: 'close' });
    } finally {
      await this.end();
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(answer: Answer): void {
    const asked = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) asked?.resolve(answer.value);
    else if ('fault' in answer) asked?.reject(new DatabaseError(answer.fault));
    else asked?.reject(new EngineCrash(answer.crash));
  }

  #lose(error: Error): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/**
 * Returns the environment of the thread: nothing of the operator's, because the engine needs none of it. A thread uses
 * the compile cache only if the variable names it (observed on Node 24); Node itself appends the last part, its
 * version.
 */
function threadEnv(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
