import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Forwards this many bytes to a port of 127.0.0.1, and resets both connections in the middle of the next ones. */
export async function cuttingProxy(target: number, bytes: number) {
  let sent = 0;
  const server = createServer((near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const socket of [near, far]) socket.on('error', () => undefined);
    far.pipe(near);
    near.on('data', (chunk: Buffer) => {
      const part = chunk.subarray(0, Math.max(0, bytes - sent));
      sent += part.length;
      far.write(part, () => {
        if (part.length === chunk.length) return;
        near.resetAndDestroy();
        far.resetAndDestroy();
      });
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { port: address.port, sent: () => sent, close: () => server.close() };
}
