import { createServer, type Server } from 'node:net';
import type { Edge } from './edge.ts';
import { recordFor, tunnelFor } from './public.ts';
import type { State } from './state.ts';

/**
 * A port in place of `cloudflared access tcp --hostname HOST` on a laptop: each connection goes through the tunnel of
 * that name, like an operator's SSH through a tunnel.
 */
export function createTcpAccess(state: State, edge: Edge, host: string): Server {
  return createServer((client) => {
    const record = recordFor(state, host);
    const tunnel = record && tunnelFor(record);
    if (tunnel === undefined) client.destroy();
    else edge.join(tunnel, host, client);
  });
}
