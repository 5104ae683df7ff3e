import type { Server } from 'node:http';

/** Starts listening. Returns the address, with the assigned port if 0 was requested. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** @throws the error of the system (such as EADDRINUSE) if the address is not available */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return { host: address.address, port: address.port };
}
