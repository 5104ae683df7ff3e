import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { hear, say, type ToEdge, toEdgeSchema } from '../parts/wire.ts';
import type { State, TunnelState } from './state.ts';

type Response = Extract<ToEdge, { type: 'response' }>;

/** A registered connection of a cloudflared. */
interface Registered {
  readonly tunnel: string;
  readonly connector: string;
  readonly version: string;
  readonly socket: Socket;
  /** The form in the API. */
  readonly connection: {
    readonly id: string;
    readonly colo_name: string;
    readonly is_pending_reconnect: boolean;
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

/** The Cloudflare side of the tunnels. */
export interface Edge {
  readonly server: Server;
  connections(tunnel: string): readonly Registered[];
  everConnected(tunnel: string): boolean;
  /** Sends a request through a connection of the tunnel. @throws Error if that connection is lost meanwhile */
  ask(tunnel: string, asked: Asked): Promise<Response>;
  /** Connects a TCP connection with one behind the tunnel, as `cloudflared access tcp` does. */
  join(tunnel: string, host: string, client: Socket): void;
  /** Sends the configuration of a tunnel to its connectors. */
  configure(tunnel: TunnelState): void;
}

export function createEdge(state: State): Edge {
  const registered = new Set<Registered>();
  const known = new Set<string>();
  const waiting = new Map<
    number,
    { resolve(answer: Response): void; reject(error: Error): void; socket: Socket }
  >();
  const streams = new Map<number, Socket>();
  let last = 0;
  const of = (tunnel: string) => [...registered].filter((one) => one.tunnel === tunnel);
  const any = (tunnel: string) => {
    const all = of(tunnel);
    return all[Math.floor(Math.random() * all.length)];
  };
  const configure = (tunnel: TunnelState, socket: Socket) => {
    if (tunnel.config_src === 'cloudflare' && tunnel.config !== null)
      say(socket, { type: 'configuration', version: tunnel.version, config: tunnel.config });
  };
  const server = createServer((socket) => {
    let one: Registered | undefined;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (one !== undefined) registered.delete(one);
      for (const [id, request] of waiting) {
        if (request.socket !== socket) continue;
        waiting.delete(id);
        request.reject(new Error('the connection of the tunnel was lost'));
      }
    });
    hear(socket, toEdgeSchema, (message) => {
      if (message.type === 'register') {
        const tunnel = state.tunnels.find(({ id }) => id === message.tunnel);
        const wrong = refusal(tunnel, message);
        if (tunnel === undefined || wrong !== undefined)
          return say(socket, { type: 'refused', error: wrong ?? '' });
        const connection = { id: randomUUID(), colo_name: 'bed01', is_pending_reconnect: false };
        one = {
          tunnel: tunnel.id,
          connector: message.connector,
          version: message.version,
          socket,
          connection,
        };
        registered.add(one);
        known.add(tunnel.id);
        say(socket, { type: 'registered', connection: connection.id, location: connection.colo_name });
        return configure(tunnel, socket);
      }
      if (one === undefined) return socket.destroy();
      if (message.type === 'response') {
        waiting.get(message.id)?.resolve(message);
        waiting.delete(message.id);
      } else if (message.type === 'data') streams.get(message.id)?.write(Buffer.from(message.data, 'base64'));
      else streams.get(message.id)?.end();
    });
  });
  return {
    server,
    connections: of,
    everConnected: (tunnel) => known.has(tunnel),
    ask: (tunnel, { body, ...asked }) =>
      new Promise((resolve, reject) => {
        const socket = any(tunnel)?.socket;
        if (socket === undefined) return reject(new Error('no connection'));
        last += 1;
        waiting.set(last, { resolve, reject, socket });
        say(socket, { type: 'request', id: last, ...asked, body: body.toString('base64') });
      }),
    join: (tunnel, host, client) => {
      const socket = any(tunnel)?.socket;
      if (socket === undefined) {
        client.destroy();
        return;
      }
      last += 1;
      const id = last;
      streams.set(id, client);
      say(socket, { type: 'open', id, host });
      client.on('data', (data) => say(socket, { type: 'data', id, data: data.toString('base64') }));
      client.on('error', () => client.destroy());
      client.on('close', () => {
        if (streams.delete(id) && !socket.destroyed) say(socket, { type: 'end', id });
      });
      socket.once('close', () => client.destroy());
    },
    configure: (tunnel) => {
      for (const { socket } of of(tunnel.id)) configure(tunnel, socket);
    },
  };
}

function refusal(
  tunnel: TunnelState | undefined,
  given: { account: string; secret: string },
): string | undefined {
  if (tunnel === undefined) return 'Unauthorized: Tunnel not found';
  return tunnel.secret === given.secret && tunnel.account === given.account
    ? undefined
    : 'Unauthorized: Invalid tunnel secret';
}
