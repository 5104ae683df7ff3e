import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type FromEdge, fromEdgeSchema, hear, say } from '../parts/wire.ts';
import { ingressSchema, originRequestSchema, parseIngress } from './ingress.ts';
import { answerFor } from './origin.ts';
import { createStreams } from './streams.ts';
import type { Tunnel } from './tunnel.ts';
import { version } from './version.ts';

/** Address of the double of Cloudflare's edge. The real cloudflared finds its edge by DNS. */
export interface Edge {
  readonly host: string;
  readonly port: number;
}

/** Keeps one connection to the edge, and reconnects 1, 2, 4, … 32 s after it is lost. */
export async function keepConnected(tunnel: Tunnel, edge: Edge, index: number): Promise<void> {
  for (let wait = 1; !tunnel.stopping.aborted; wait = Math.min(wait * 2, 32)) {
    const lost = await connectOnce(tunnel, edge, index, () => {
      wait = 1;
    });
    tunnel.connected.delete(index);
    if (tunnel.stopping.aborted) return;
    const fields = { connIndex: index, event: 0, ip: edge.host };
    tunnel.log('error', 'Serve tunnel error', { error: lost, ...fields });
    tunnel.log('info', `Retrying connection in up to ${wait}s`, fields);
    await pause(wait * 1000, undefined, { signal: tunnel.stopping }).catch(() => undefined);
  }
}

/** @returns the reason when the connection is lost or cannot be established */
async function connectOnce(
  tunnel: Tunnel,
  edge: Edge,
  index: number,
  onRegistered: () => void,
): Promise<string> {
  const over = Promise.withResolvers<string>();
  const socket = connect(edge.port, edge.host);
  const streams = createStreams(socket, tunnel);
  const stop = () => socket.destroy();
  tunnel.stopping.addEventListener('abort', stop);
  socket.on('error', (error) => over.resolve(`dial tcp ${edge.host}:${edge.port}: ${error.message}`));
  socket.on('close', () => over.resolve('connection with edge closed'));
  socket.on('connect', () =>
    say(socket, { type: 'register', ...tunnel.credentials, connector: tunnel.connector, version }),
  );
  hear(socket, fromEdgeSchema, (message) => {
    if (message.type === 'refused') {
      over.resolve(message.error);
    } else if (message.type === 'registered') {
      tunnel.connected.add(index);
      onRegistered();
      const { connection, location } = message;
      const fields = { connIndex: index, connection, event: 0, ip: edge.host, location, protocol: 'quic' };
      tunnel.log('info', 'Registered tunnel connection', fields);
    } else if (message.type === 'open') streams.open(message.id, message.host);
    else if (message.type === 'data') streams.data(message.id, message.data);
    else if (message.type === 'end') streams.end(message.id);
    else handle(tunnel, socket, index, message);
  });
  const why = await over.promise;
  tunnel.stopping.removeEventListener('abort', stop);
  streams.endAll();
  socket.destroy();
  return why;
}

const remoteSchema = z.looseObject({ ingress: ingressSchema, originRequest: originRequestSchema.nullish() });

function handle(
  tunnel: Tunnel,
  socket: Socket,
  index: number,
  message: Extract<FromEdge, { type: 'request' | 'configuration' }>,
): void {
  if (message.type === 'request') {
    answerFor(tunnel, message, index).then(
      (answer) => say(socket, answer),
      () => socket.destroy(),
    );
  } else if (message.version > tunnel.version) {
    const config = remoteSchema.safeParse(message.config);
    tunnel.version = message.version;
    tunnel.rules = config.success ? parseIngress(config.data.ingress, config.data.originRequest) : [];
    tunnel.log('info', 'Updated to new configuration', {
      config: JSON.stringify(message.config),
      version: message.version,
    });
  }
}
