import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import type { Database } from '../../../src/domain/ports/database.ts';
import type { Row, Session } from '../../../src/domain/session.ts';

/** A database in memory that outlives the runs that use it, like one in a container. */
export interface HeldDatabase {
  readonly database: Database;
  /** Caches the results of queries from now on; call it when nothing changes the database any more. */
  freeze(): void;
  close(): Promise<void>;
}

export async function heldDatabase(): Promise<HeldDatabase> {
  let session: Session = await openEmbedded();
  const { close } = session;
  let isMade = false;
  return {
    database: {
      target: 'embedded',
      state: async () => ({ is: isMade ? 'present' : 'absent' }),
      session: async () => session,
      create: async () => {
        isMade = true;
        return session;
      },
      ignore: () => undefined,
      close: async () => undefined,
    },
    freeze: () => {
      session = remembering(session);
    },
    close,
  };
}

function remembering(session: Session): Session {
  const queries = new Map<string, Promise<readonly Row[]>>();
  const scripts = new Map<string, Promise<readonly (readonly Row[])[]>>();
  return {
    query: (sql, parameters = []) => {
      const asked = JSON.stringify([sql, parameters]);
      const answer = queries.get(asked) ?? session.query(sql, parameters);
      queries.set(asked, answer);
      return answer;
    },
    script: (sql) => {
      const answer = scripts.get(sql) ?? session.script(sql);
      scripts.set(sql, answer);
      return answer;
    },
    close: async () => undefined,
  };
}
