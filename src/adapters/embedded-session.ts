import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { parseTar } from 'nanotar';
import { DatabaseError, type Row, type Session } from '../domain/session.ts';
import { faultOf } from './database-fault.ts';
import { writeWhole } from './write-whole.ts';

/** A new cluster as initdb creates it, packed by the build. */
const newCluster = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/new-cluster.tar.gz' : './new-cluster.tar.gz',
  import.meta.url,
);

/**
 * PostgreSQL writes to all of its shared buffers when it starts. The 128 MB that `initdb` sets would be most of the
 * memory of the engine, and a tenth of the time of a short run. PGlite has a search path of its own; a function that is
 * created with SET search_path FROM CURRENT stores it, so it must be that of every other server.
 */
export const startParams: string[] = [
  ...PGlite.defaultStartParams,
  ...['-c', 'shared_buffers=16MB'],
  ...['-c', 'search_path="$user", public'],
];

/**
 * Opens the embedded PostgreSQL (PGlite, with pgvector).
 * A folder may be open in only one process at a time: with two, committed rows are lost. Hold the workspace lock.
 * @param folder the data folder; a new cluster is created if it is empty. Without it, a new cluster is kept in memory
 * until it is closed.
 */
export async function openEmbedded(folder?: string): Promise<EmbeddedSession> {
  if (folder === undefined) return openEmbeddedDump(newCluster);
  if (!existsSync(join(folder, 'PG_VERSION'))) unpack(newCluster, folder);
  return embeddedSession(await PGlite.create({ dataDir: folder, extensions: { vector }, startParams }));
}

/**
 * Unpacks a cluster. PGlite can do this too, but through the file system of WebAssembly, which is three times
 * slower.
 */
function unpack(file: URL, folder: string): void {
  const existing = new Set<string>();
  const make = (path: string) => {
    if (!existing.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    existing.add(path);
  };
  for (const { name, type, data } of parseTar(gunzipSync(readFileSync(file)))) {
    const path = join(folder, name);
    make(type === 'directory' ? path : dirname(path));
    if (type === 'file') writeFileSync(path, data ?? '', { mode: 0o600 });
  }
}

/** Loads a dump into memory. Changes to it are lost when it is closed. */
export async function openEmbeddedDump(file: string | URL): Promise<EmbeddedSession> {
  return embeddedSession(
    await PGlite.create({ loadDataDir: await archive(file), extensions: { vector }, startParams }),
  );
}

const archive = async (file: string | URL) =>
  new Blob([await readFile(file)], { type: 'application/x-gzip' });

/** A session that can also dump its whole database into a file. */
export interface EmbeddedSession extends Session {
  /** Writes a gzipped tar of the data folder, readable only by its owner. The folder of the file must exist. */
  dump(file: string): Promise<void>;
}

function embeddedSession(database: PGlite): EmbeddedSession {
  // PGlite does not type rows; a row is an object of columns by name.
  const rowsOf = (result: { rows: unknown[] }) => result.rows as Row[];
  countCompleted(database);
  const databaseError = (error: unknown) => new DatabaseError(faultOf(error), { cause: error });
  return {
    query: (sql, parameters) =>
      database
        .query(sql, [...(parameters ?? [])])
        .then(rowsOf, (error) => Promise.reject(databaseError(error))),
    script: (sql) =>
      database.exec(sql).then(
        (results) => results.filter((one) => one.fields.length > 0).map(rowsOf),
        (error) => Promise.reject(databaseError(error)),
      ),
    close: () => database.close(),
    dump: async (file) => {
      const dump = await database.dumpDataDir('gzip');
      await writeWhole(file, Buffer.from(await dump.arrayBuffer()), 0o600);
    },
  };
}

/** Adds to each error how many statements of the script were completed before it, which PGlite does not report. */
function countCompleted(database: PGlite): void {
  const exchange = database.execProtocolStream.bind(database);
  database.execProtocolStream = async (message, options) => {
    const answers = await exchange(message, { ...options, throwOnError: false });
    const failed = answers.find(({ name }) => name === 'error');
    if (failed === undefined) return answers;
    const completed = answers.filter(({ name }) => name === 'commandComplete').length;
    throw Object.assign(failed, { completed });
  };
}
