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

/** A cluster as initdb leaves one, made by the build. */
const newCluster = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/new-cluster.tar.gz' : './new-cluster.tar.gz',
  import.meta.url,
);

/**
 * All of its shared buffers are written to when it starts, and it opens a new one for each run: 128 MB, as `initdb`
 * sets them, would be most of what it takes of the memory, and a tenth of the time of a short run.
 */
export const startParams: string[] = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

/**
 * Opens the embedded PostgreSQL (PGlite, with pgvector).
 * @param folder where its files lie, a new cluster where it has none; left out, a new one lives in memory and is
 * gone on close.
 * A folder may be open in one process at a time: two lose committed rows. Hold the workspace lock.
 */
export async function openEmbedded(folder?: string): Promise<EmbeddedSession> {
  if (folder === undefined) return openEmbeddedDump(newCluster);
  if (!existsSync(join(folder, 'PG_VERSION'))) unpack(newCluster, folder);
  return embeddedSession(await PGlite.create({ dataDir: folder, extensions: { vector }, startParams }));
}

/** PGlite can do this itself, through the file system of WebAssembly, for three times the work. */
function unpack(file: URL, folder: string): void {
  const made = new Set<string>();
  const make = (path: string) => {
    if (!made.has(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  for (const { name, type, data } of parseTar(gunzipSync(readFileSync(file)))) {
    const path = join(folder, name);
    make(type === 'directory' ? path : dirname(path));
    if (type === 'file') writeFileSync(path, data ?? '', { mode: 0o600 });
  }
}

/** Reads a dump back into memory; what is done to it is gone on close. */
export async function openEmbeddedDump(file: string | URL): Promise<EmbeddedSession> {
  return embeddedSession(
    await PGlite.create({ loadDataDir: await archive(file), extensions: { vector }, startParams }),
  );
}

const archive = async (file: string | URL) =>
  new Blob([await readFile(file)], { type: 'application/x-gzip' });

/** A session that can also write all of its database into a file. */
export interface EmbeddedSession extends Session {
  /** A tar of the data folder, gzipped, readable by its owner alone; the folder above has to be there. */
  dump(file: string): Promise<void>;
}

function embeddedSession(database: PGlite): EmbeddedSession {
  // PGlite leaves the type of a row to its caller; a row is columns by name.
  const rowsOf = (result: { rows: unknown[] }) => result.rows as Row[];
  countCompleted(database);
  const said = (error: unknown) => new DatabaseError(faultOf(error), { cause: error });
  return {
    query: (sql, parameters) =>
      database.query(sql, [...(parameters ?? [])]).then(rowsOf, (error) => Promise.reject(said(error))),
    script: (sql) =>
      database.exec(sql).then(
        (results) => results.filter((one) => one.fields.length > 0).map(rowsOf),
        (error) => Promise.reject(said(error)),
      ),
    close: () => database.close(),
    dump: async (file) => {
      const dump = await database.dumpDataDir('gzip');
      await writeWhole(file, Buffer.from(await dump.arrayBuffer()), 0o600);
    },
  };
}

/** PGlite throws an error alone; the statements of a script that were completed before it are counted here. */
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
