import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseError, EngineCrash, type Row } from '../domain/session.ts';
import type { Answer, Call, Opened } from './embedded-protocol.ts';
import type { EmbeddedSession } from './embedded-session.ts';

type Asked = Call extends infer One ? (One extends Call ? Omit<One, 'id'> : never) : never;

/**
 * Opens the embedded PostgreSQL in a thread of its own; in memory where no folder is given.
 * Hold the workspace lock: a folder that two processes open loses committed rows.
 * @throws EngineCrash where the engine cannot start (a full disk, a folder that is damaged)
 */
export function openEmbeddedThread(folder?: string): Promise<EmbeddedSession> {
  return openThread(folder === undefined ? {} : { folder });
}

/** Reads a dump back into memory, in a thread of its own. @throws EngineCrash where it cannot be read */
export function openEmbeddedDumpThread(dump: string): Promise<EmbeddedSession> {
  return openThread({ dump });
}

async function openThread(opened: Opened): Promise<EmbeddedSession> {
  const engine = new EngineThread(opened);
  try {
    await engine.ask({ type: 'ready' });
  } catch (error) {
    await engine.end(); // a thread that lives on would keep the process from ending
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

  constructor(opened: Opened) {
    const file = import.meta.url.endsWith('.ts') ? './embedded-worker.ts' : './embedded-worker.js';
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: opened, env: threadEnv() });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#lose(new EngineCrash(String(error), { cause: error })));
    this.#worker.on('exit', () => this.#lose(new EngineCrash('its thread ended')));
  }

  /** The types of what comes back are those of the `Session` that the other thread called. */
  ask(call: Asked): Promise<unknown> {
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
 * Nothing of the operator's environment: the engine needs none of it. A thread keeps compiled programs only where it is
 * told of the folder (seen on Node 24), whose last part, the version, is Node's own.
 */
function threadEnv(): Record<string, string> {
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
