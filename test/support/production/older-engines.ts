import { PGlite as PGlite16 } from 'pglite16';
import { vector as vector16 } from 'pglite16/vector';
import { PGlite as PGlite17 } from 'pglite17';
import { vector as vector17 } from 'pglite17/vector';
import { faultOf } from '../../../src/adapters/database-fault.ts';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { DatabaseError, type Row, type Session } from '../../../src/domain/session.ts';

/** Three generations of PGlite: PostgreSQL 18 as bundled, and 17 and 16, which production may run. */
export const engines: Readonly<Record<'18' | '17' | '16', () => Promise<Session>>> = {
  18: () => openEmbedded(),
  17: async () => sessionOf(await PGlite17.create({ extensions: { vector: vector17 } })),
  16: async () => sessionOf(await PGlite16.create({ extensions: { vector: vector16 } })),
};

interface Engine {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
  exec(sql: string): Promise<{ rows: unknown[]; fields: unknown[] }[]>;
  close(): Promise<void>;
}

function sessionOf(engine: Engine): Session {
  const refused = (error: unknown) => Promise.reject(new DatabaseError(faultOf(error), { cause: error }));
  // The caller of PGlite chooses the type of rows; here a row has columns by name.
  const rowsOf = (result: { rows: unknown[] }) => result.rows as Row[];
  return {
    query: (sql, parameters) => engine.query(sql, [...(parameters ?? [])]).then(rowsOf, refused),
    script: (sql) =>
      engine
        .exec(sql)
        .then((results) => results.filter(({ fields }) => fields.length > 0).map(rowsOf), refused),
    close: () => engine.close(),
  };
}
