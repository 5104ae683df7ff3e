import type { Database } from '../domain/ports.ts';
import type { Session } from '../domain/session.ts';

/**
 * Returns a database of a server, in a container or on another machine.
 * @param isUp whether the server can be reached now
 * @param open logs in
 */
export function serverDatabase(
  target: 'docker' | 'production',
  isUp: () => Promise<boolean>,
  open: () => Promise<Session>,
): Database {
  let session: Promise<Session> | undefined;
  /** Whether a migration was committed on this session: what it did is looked at on another one. */
  let hasMigrated = false;
  const opened = () => {
    const asked = open();
    session = asked;
    hasMigrated = false;
    // A log-in that failed is tried anew when a session is next asked for.
    asked.catch(() => {
      if (session === asked) session = undefined;
    });
    return asked;
  };
  /** A server that was restarted between two steps is asked on a new connection. */
  const openOnce = async () => {
    const before = await session;
    return before === undefined || before.isLost?.() === true ? opened() : before;
  };
  /** Not side by side: a server may have one place left, and an sshd one channel. */
  const renewed = async () => {
    if (!hasMigrated) return openOnce();
    hasMigrated = false;
    const before = session;
    session = undefined;
    await (await before)?.close();
    return openOnce();
  };
  return {
    target,
    state: async () => ({ is: (await isUp()) ? 'present' : 'absent' }),
    session: renewed,
    changing: {
      session: openOnce,
      migrated: () => {
        hasMigrated = true;
      },
    },
    create: openOnce,
    ignore: () => undefined,
    close: async () => {
      const last = session;
      session = undefined;
      await (await last)?.close();
    },
  };
}
