import type { Session } from '../domain/session.ts';

/** As many others as are asked; not many, since a pooler of whole sessions may have few, and lets one wait. */
const others = 2;

/**
 * Whether a pooler hands out connections by transaction: then another one gets the connection of a session that is
 * still there. Of a server that is reached directly, and of a pooler that hands out whole sessions, nobody does.
 * @param open logs in anew; all are closed again
 */
export async function handsOutByTransaction(open: () => Promise<Session>): Promise<boolean> {
  const opened: Session[] = [];
  const another = async () => {
    const session = await open();
    opened.push(session);
    return session;
  };
  try {
    const first = await another();
    // One that announces the process that answers is no pooler's.
    if (first.restoreSettings !== undefined) return false;
    const [own] = await first.query('select pg_backend_pid() as pid');
    for (let count = 0; count < others; count += 1) {
      const [, [taken] = []] = await (await another()).script(
        'begin; select 1; select pg_backend_pid() as pid',
      );
      if (taken?.pid === own?.pid) return true;
    }
    return false;
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
