import type { Session } from '../domain/session.ts';

/**
 * Number of further connections that are opened. It is small, since a pooler of sessions may have a limit, and would
 * then make a connection wait.
 */
const furtherConnections = 2;

/**
 * Returns whether a pooler assigns connections per transaction: then a second session gets the server process of a
 * session that is still open. Without a pooler, or with a pooler of sessions, it never does.
 * @param open opens a new session; all are closed at the end
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
    // A session that knows its server process does not belong to a pooler.
    if (first.settings !== undefined) return false;
    const [own] = await first.query('select pg_backend_pid() as pid');
    for (let count = 0; count < furtherConnections; count += 1) {
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
