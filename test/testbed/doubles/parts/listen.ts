import type { Server } from 'node:http';

/** The address that a server listens on: `port` is the one that was given where 0 was asked for. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** @throws the system's error (such as EADDRINUSE) when the address cannot be had */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return { host: address.address, port: address.port };
}
