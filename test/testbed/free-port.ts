import { randomInt } from 'node:crypto';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Ports below those that Linux assigns to outgoing connections (`ip_local_port_range`, from 32,768), because a free
 * port of that range may be taken before its server listens.
 */
const lowest = 20_000;
const highest = 32_000;

/** Milliseconds for which a port is reserved for the process that requested it; by then its server listens. */
const reservedFor = 60_000;

/** Shared by the test runs of all checkouts of this user. */
const reservations = join(tmpdir(), `erp-deploy-test-ports-${process.getuid?.() ?? 0}`);

/** Returns a free port of 127.0.0.1, for a server that needs a fixed port. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(lowest, highest);
    if (reserve(port) && (await free(port))) return port;
  }
  throw new Error(`of ports ${lowest} to ${highest}, none of a hundred was free`);
}

function free(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer().once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}

/** Reserves a port; returns false if another test of any process reserved it a moment ago. */
function reserve(port: number): boolean {
  mkdirSync(reservations, { recursive: true });
  const file = join(reservations, `${port}`);
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (Date.now() - statSync(file).mtimeMs < reservedFor) return false;
    const now = new Date();
    utimesSync(file, now, now);
    return true;
  }
}
