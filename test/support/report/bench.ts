import type { JournalRecord } from '../../../src/domain/journal-record.ts';
import type { CloudflareApi } from '../../../src/domain/ports/cloudflare.ts';
import type { SqlApplier } from '../../../src/domain/ports/database.ts';
import type { Files } from '../../../src/domain/ports/files.ts';
import type { Processes } from '../../../src/domain/ports/host.ts';
import type { Http } from '../../../src/domain/ports/http.ts';
import type { ExecutorParts } from '../../../src/engine/executor.ts';
import { httpRequests } from '../../../src/engine/http-requests.ts';
import { Journal } from '../../../src/engine/journal.ts';
import type { Lock } from '../../../src/engine/lock.ts';
import { cloudflareRequests } from '../../../src/tunnel/cloudflare-requests.ts';
import { MemoryAppendFile } from '../disk/memory-append-file.ts';
import { MemoryFiles } from '../disk/memory-files.ts';

/** Returns the parts of the executor over a system in memory, and a list of what happened. */
export interface Bench {
  readonly parts: ExecutorParts;
  readonly files: MemoryFiles;
  readonly journalFile: MemoryAppendFile;
  /** Journal records (`intended write:a`) and effects (`write a`), in the order in which they came. */
  readonly order: string[];
  records(): readonly JournalRecord[];
  /** Types of the journal's records. */
  types(): readonly string[];
}

export interface BenchOptions {
  /** Journal records of an earlier run. */
  readonly journal?: string;
  readonly files?: Files;
  readonly lock?: Lock;
  readonly processes?: Processes;
  readonly http?: Http;
  readonly cloudflare?: CloudflareApi;
  readonly renew?: () => Promise<void>;
  readonly sql?: SqlApplier;
}

export const held: Lock = { assertHeld: async () => undefined, release: async () => undefined };

/** Returns a clock that advances by a second with each reading. */
export function tickingClock(): () => string {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 10, 22, 21, 4, seconds++)).toISOString();
}

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const order: string[] = [];
  const files = new MemoryFiles((what) => order.push(what));
  const journalFile = new MemoryAppendFile(options.journal ?? '', (text) => {
    const record: { type: string; scope?: string; step?: string } = JSON.parse(text);
    order.push([record.type, record.scope ?? record.step ?? ''].join(' ').trim());
  });
  const journal = await Journal.open(journalFile, tickingClock());
  const processes = options.processes ?? { run: never('a process') };
  const parts: ExecutorParts = {
    files: options.files ?? files,
    host: () => ({
      files: options.files ?? files,
      processes,
      renew: options.renew ?? never('a new connection'),
    }),
    requests: (api) =>
      api === 'cloudflare'
        ? cloudflareRequests(options.cloudflare ?? null, () => processes)
        : httpRequests(options.http ?? { request: never('a request') }),
    randomBytes: (count) => new Uint8Array(count).fill(7),
    journal,
    lock: options.lock ?? held,
    working: { changes: 0 },
    sql: () => options.sql ?? { holds: never('a database'), apply: never('a database') },
  };
  const records = () => journal.recorded.records;
  return { parts, files, journalFile, order, records, types: () => records().map(({ type }) => type) };
}

function never(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`this test expects no ${what}`));
}
