import type { ServerLogin } from '../../domain/ports.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { openPostgres } from '../postgres-session.ts';
import type { ChannelSocket } from './socket.ts';
import type { Reached } from './tunnel.ts';

/** A session that says which way it took, for the evidence. */
export type RemoteSession = Session & Required<Pick<Session, 'way'>>;

/**
 * Logs in to PostgreSQL over a port that was reached.
 * @param told makes a problem of a lost link, and leaves any other error as it is
 * @throws DatabaseError with `ECONNREFUSED` or `ETIMEDOUT` where nothing answers there, or what the server says
 */
export async function openOver(
  reached: Reached,
  login: ServerLogin,
  way: RemoteSession['way'],
  lost: AbortSignal,
  told: (error: unknown) => unknown,
): Promise<RemoteSession> {
  const session = await openPostgres({
    database: login.database,
    user: login.user,
    password: login.password.reveal(),
    stream: streamOf(socketOf(reached, login.port)),
  });
  // pg tells of a link that is gone in words of its own, when it is asked again.
  const linked = <Answer>(asked: Promise<Answer>) =>
    asked.catch((error: unknown) => Promise.reject(told(lost.aborted ? lost.reason : error)));
  const { restoreSettings } = session;
  return {
    way,
    ...(restoreSettings === undefined ? {} : { restoreSettings: () => linked(restoreSettings()) }),
    query: (sql, parameters) => linked(session.query(sql, parameters)),
    script: (sql) => linked(session.script(sql)),
    close: () => session.close(),
    isLost: () => lost.aborted || session.isLost?.() === true,
  };
}

/** pg asks for it once. */
const streamOf = (socket: ChannelSocket) => () => socket;

function socketOf(reached: Reached, port: number): ChannelSocket {
  if (reached.is === 'open') return reached.socket;
  const [code, reason] =
    reached.is === 'refused' ? ['ECONNREFUSED', 'connection refused'] : ['ETIMEDOUT', 'connection timed out'];
  throw new DatabaseError({ code, message: `127.0.0.1:${port} on the server: ${reason}` });
}
