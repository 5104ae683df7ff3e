import type { Host } from '../domain/ports/host.ts';
import { getAnswer } from './http.ts';
import { withPassword } from './with-password.ts';

const address = '127.0.0.1';

/** Access to ports of this machine, on 127.0.0.1. */
export const loopback: Pick<Host, 'listens' | 'openServer' | 'localAddress' | 'get' | 'renew'> = {
  listens: async (port) => {
    const { connect } = await import('node:net');
    return new Promise((answer) => {
      const socket = connect(port, address);
      socket.once('connect', () => {
        socket.destroy();
        answer(true);
      });
      socket.once('error', () => answer(false));
    });
  },
  openServer: async ({ container: _, ...login }) => {
    const { openPostgres } = await import('./postgres-session.ts');
    return withPassword(login.password, (password) => openPostgres({ ...login, host: address, password }));
  },
  localAddress: async ({ port }) => ({ host: address, port, close: async () => undefined }),
  get: (port, path, headers, signal, at = address) =>
    getAnswer(`http://${at}:${port}${path}`, headers, signal),
  renew: async () => undefined,
};
