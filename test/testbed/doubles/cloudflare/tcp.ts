import { createServer, type Server } from 'node:net';
import type { Edge } from './edge.ts';
import { recordFor, tunnelFor } from './public.ts';
import type { State } from './state.ts';

/**
 * A port that stands for `cloudflared access tcp --hostname HOST` on a user's laptop: each connection
 * goes through the tunnel that the name leads to. What an operator's SSH through a tunnel is.
 */
export function createTcpAccess(state: State, edge: Edge, host: string): Server {
  return createServer((client) => {
    const record = recordFor(state, host);
    const tunnel = record && tunnelFor(record);
    if (tunnel === undefined) client.destroy();
    else edge.join(tunnel, host, client);
  });
}
