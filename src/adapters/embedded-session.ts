import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { DatabaseError, type Row, type Session } from '../domain/session.ts';
import { faultOf } from './database-fault.ts';

/**
 * Opens the embedded PostgreSQL (PGlite, with pgvector).
 * @param folder where its files lie; left out, it lives in memory and is gone on close.
 * A folder may be open in one process at a time: two lose committed rows. Hold the workspace lock.
 */
export async function openEmbedded(folder?: string): Promise<Session> {
  const database = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    extensions: { vector },
  });
  return embeddedSession(database);
}

function embeddedSession(database: PGlite): Session {
  // PGlite leaves the type of a row to its caller; a row is columns by name.
  const rowsOf = (result: { rows: unknown[] }) => result.rows as Row[];
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
  };
}
