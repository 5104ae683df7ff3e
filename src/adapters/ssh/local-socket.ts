import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LocalAddress } from '../../domain/ports/host.ts';
import type { Reached } from './forwarding.ts';

/**
 * Listens on a socket in a folder that only this user may enter, under the name that libpq expects.
 * @param reach connects to the port on the host, once for each connection to the socket
 * Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOST
 */
export async function localSocket(port: number, reach: () => Promise<Reached>): Promise<LocalAddress> {
  // mkdtemp(3) makes it with mode 0700.
  const folder = await mkdtemp(join(tmpdir(), 'erp-deploy-'));
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // The client reports that its connection was closed, and the server's log or the next request says why.
    void connected(socket, reach).catch(() => socket.destroy());
  });
  await new Promise<void>((listening, fail) => {
    server.once('error', fail);
    server.listen(join(folder, `.s.PGSQL.${port}`), listening);
  });
  return {
    host: folder,
    port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connected(socket: Socket, reach: () => Promise<Reached>): Promise<void> {
  const reached = await reach();
  if (reached.is !== 'open') {
    socket.destroy();
    return;
  }
  await pipeline(socket, reached.socket, socket);
}
