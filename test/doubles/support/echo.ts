import { createServer } from 'node:http';

/** Starts a server that answers each request with its method, path and headers, and the name of the server. */
export async function startEcho(name: string) {
  const server = createServer(({ method, url, headers }, response) => {
    response.writeHead(200, { 'content-type': 'application/json', server: name });
    response.end(JSON.stringify({ name, method, path: url, headers }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    port: address.port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
