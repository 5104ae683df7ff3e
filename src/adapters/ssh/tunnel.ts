import type { ClientChannel } from 'ssh2';
import type { Connection } from './connection.ts';
import { reasonOf } from './sessions.ts';
import { ChannelSocket } from './socket.ts';

/** What became of a try to reach a port of the host's loopback. */
export type Reached =
  | { readonly is: 'open'; readonly socket: ChannelSocket }
  /** Nothing listens there. */
  | { readonly is: 'refused' }
  /** The server does not forward, to there or at all. */
  | { readonly is: 'forbidden' }
  | { readonly is: 'silent' };

/** RFC 4254, 5.1. sshd says 1 where AllowTcpForwarding, PermitOpen or DisableForwarding forbid it. */
const administrativelyProhibited = 1;
const connectFailed = 2;

/** Opens a port that the host reaches, by direct-tcpip. @throws LinkLost */
export function tunnel(
  connection: Connection,
  port: number,
  patience: number,
  address = '127.0.0.1',
): Promise<Reached> {
  return connection.answered<Reached>((answer, fail) => {
    const late = setTimeout(() => answer({ is: 'silent' }), patience);
    connection.client.forwardOut('127.0.0.1', 0, address, port, (error, channel: ClientChannel) => {
      clearTimeout(late);
      if (error === undefined) return answer({ is: 'open', socket: new ChannelSocket(channel, connection) });
      if (reasonOf(error) === connectFailed) return answer({ is: 'refused' });
      if (reasonOf(error) === administrativelyProhibited) return answer({ is: 'forbidden' });
      fail(error);
    });
  });
}
