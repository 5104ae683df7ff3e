import type { Connection } from './connection.ts';
import { reasonOf } from './sessions.ts';
import { ChannelSocket } from './socket.ts';

/** The result of an attempt to connect to a port through the host. */
export type Reached =
  | { readonly is: 'open'; readonly socket: ChannelSocket }
  /** Nothing listens on the port. */
  | { readonly is: 'refused' }
  /** The server forbids forwarding, to this port or at all. */
  | { readonly is: 'forbidden' }
  /** Nothing answered in time. */
  | { readonly is: 'silent' };

/** RFC 4254, 5.1. sshd answers 1 if AllowTcpForwarding, PermitOpen or DisableForwarding forbids it. */
const administrativelyProhibited = 1;
const connectFailed = 2;

/**
 * Connects to a port through the host, by SSH forwarding (direct-tcpip).
 * @param timeout milliseconds
 * @throws LinkLost
 */
export function forward(
  connection: Connection,
  port: number,
  timeout: number,
  address = '127.0.0.1',
): Promise<Reached> {
  return connection.answered<Reached>((answer, fail) => {
    const late = setTimeout(() => answer({ is: 'silent' }), timeout);
    const answered = connection.traffic.send(address.length);
    connection.carrier.forward(address, port, (error, channel) => {
      clearTimeout(late);
      answered();
      if (channel !== undefined)
        return answer({ is: 'open', socket: new ChannelSocket(channel, connection) });
      if (reasonOf(error) === connectFailed) return answer({ is: 'refused' });
      if (reasonOf(error) === administrativelyProhibited) return answer({ is: 'forbidden' });
      fail(error);
    });
  });
}
