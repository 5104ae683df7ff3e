import { connect, type Socket } from 'node:net';
import { say } from '../parts/wire.ts';
import { matchingRule } from './ingress.ts';
import type { Tunnel } from './tunnel.ts';

/** The TCP connections (mostly SSH of an operator) in one connection to the edge. */
export interface Streams {
  open(id: number, host: string): void;
  data(id: number, data: string): void;
  end(id: number): void;
  endAll(): void;
}

export function createStreams(edge: Socket, tunnel: Tunnel): Streams {
  const sockets = new Map<number, Socket>();
  return {
    open: (id, host) => {
      const service = tunnel.rules[matchingRule(tunnel.rules, host, '')]?.service ?? '';
      if (!/^(tcp|ssh):\/\//.test(service)) return say(edge, { type: 'end', id });
      const { hostname, port } = new URL(service);
      const origin = connect(Number(port || (service.startsWith('ssh:') ? 22 : 80)), hostname);
      sockets.set(id, origin);
      origin.on('data', (data) => say(edge, { type: 'data', id, data: data.toString('base64') }));
      origin.on('error', () => origin.destroy());
      origin.on('close', () => {
        if (sockets.delete(id)) say(edge, { type: 'end', id });
      });
    },
    data: (id, data) => sockets.get(id)?.write(Buffer.from(data, 'base64')),
    end: (id) => {
      sockets.get(id)?.end();
      sockets.delete(id);
    },
    endAll: () => {
      for (const socket of sockets.values()) socket.destroy();
      sockets.clear();
    },
  };
}
