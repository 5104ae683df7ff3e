import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below those that Linux gives to whoever connects (`ip_local_port_range`, from 32,768 on): a port of that range
 * that was free a moment ago may be somebody's when its server wants it.
 */
const lowest = 20_000;
const highest = 32_000;

/** A port of 127.0.0.1 that nobody listens on, for a server that must be told its port. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (await free(port)) return port;
  }
  throw new Error(`of ports ${lowest} to ${highest}, none of a hundred was free`);
}

function free(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer().once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
