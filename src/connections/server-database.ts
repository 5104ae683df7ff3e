import type { Database } from '../domain/ports/database.ts';
import type { Session } from '../domain/session.ts';
import type { Kept } from './kept.ts';

/**
 * Returns a database of a server, in a container or on another machine.
 * @param isUp whether the server can be reached now
 * @param open logs in to it, or to another database of its server
 * @param kept keeps what was read from it, until a change touches it
 */
export function serverDatabase(
  target: 'docker' | 'production',
  isUp: () => Promise<boolean>,
  open: (other?: string) => Promise<Session>,
  kept?: Kept,
): Database {
  const forget = () => kept?.forget((key) => key.startsWith('database '));
  let session: Promise<Session> | undefined;
  /** Whether a migration was committed on this session. Its result is checked on a new session. */
  let hasMigrated = false;
  const opened = () => {
    const attempt = open();
    session = attempt;
    hasMigrated = false;
    // After a failed login, the next request logs in again.
    attempt.catch(() => {
      if (session === attempt) session = undefined;
    });
    return attempt;
  };
  /** Connects again if the server was restarted between two steps. */
  const openOnce = async (): Promise<Session> => {
    const known = session;
    const before = await known;
    if (before !== undefined && before.isLost?.() !== true) return before;
    // Another request may have logged in meanwhile.
    return session === known ? opened() : openOnce();
  };
  const forgetSession = async () => {
    const last = session;
    session = undefined;
    await (await last)?.close();
  };
  /** Closes the old session first, because the server may have one connection slot left, and sshd one channel. */
  const renewed = async () => {
    if (!hasMigrated) return openOnce();
    hasMigrated = false;
    await forgetSession();
    return openOnce();
  };
  return {
    target,
    state: async () => ({ is: (await isUp()) ? 'present' : 'absent' }),
    session: renewed,
    changing: {
      session: () => {
        forget();
        return openOnce();
      },
      migrated: () => {
        forget();
        hasMigrated = true;
      },
    },
    ...(kept === undefined ? {} : { inspect: (question, ask) => kept.inspect(`database ${question}`, ask) }),
    beside: open,
    create: openOnce,
    ignore: () => undefined,
    close: forgetSession,
  };
}
