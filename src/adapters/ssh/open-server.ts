import type { ServerLogin } from '../../domain/ports/host.ts';
import { DatabaseError, type Session } from '../../domain/session.ts';
import { openPostgres } from '../postgres-session.ts';
import { withPassword } from '../with-password.ts';
import type { Reached } from './forwarding.ts';
import type { ChannelSocket } from './socket.ts';

/** A session that records how it was reached, for the evidence. */
export type RemoteSession = Session & Required<Pick<Session, 'way'>>;

/**
 * Logs in to PostgreSQL over a port that was reached.
 * @param asProblem turns a lost connection into a problem, and returns any other error unchanged
 * @throws DatabaseError with `ECONNREFUSED` or `ETIMEDOUT` if the port was not reached, or with the server's error
 */
export async function openOver(
  reached: Reached,
  login: ServerLogin,
  way: RemoteSession['way'],
  lost: AbortSignal,
  asProblem: (error: unknown) => unknown,
): Promise<RemoteSession> {
  const config = {
    database: login.database,
    user: login.user,
    stream: streamOf(socketOf(reached, login.port)),
  };
  // The port is published by our own container, without a pooler.
  const session = await withPassword(login.password, (password) =>
    openPostgres({ ...config, password }, undefined, true),
  );
  // After the SSH connection is lost, pg fails with messages that do not mention it.
  const linked = <Answer>(asked: Promise<Answer>) =>
    asked.catch((error: unknown) => Promise.reject(asProblem(lost.aborted ? lost.reason : error)));
  return {
    way,
    ...(session.settings === undefined ? {} : { settings: session.settings }),
    query: (sql, parameters) => linked(session.query(sql, parameters)),
    script: (sql) => linked(session.script(sql)),
    close: () => session.close(),
    isLost: () => lost.aborted || session.isLost?.() === true,
  };
}

/** pg calls it once. */
const streamOf = (socket: ChannelSocket) => () => socket;

function socketOf(reached: Reached, port: number): ChannelSocket {
  if (reached.is === 'open') return reached.socket;
  const [code, reason] =
    reached.is === 'refused' ? ['ECONNREFUSED', 'connection refused'] : ['ETIMEDOUT', 'connection timed out'];
  throw new DatabaseError({ code, message: `127.0.0.1:${port} on the server: ${reason}` });
}
