import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Forwarded {
  readonly port: number;
  readonly close: () => void;
}

/**
 * Forwards a port of 127.0.0.1 to a port of 127.0.0.1 in another network namespace. A process inside listens on a
 * socket file, which both sides see. The machine is not reachable in any other way.
 */
export async function forward(pid: number, portInside: number): Promise<Forwarded> {
  const folder = mkdtempSync(join(tmpdir(), 'erp-forward-'));
  const socketFile = join(folder, 'socket');
  const relay = join(import.meta.dirname, 'relay.ts');
  const words = ['--target', `${pid}`, '--net', '--', process.execPath, relay, socketFile, `${portInside}`];
  const inside = execa('nsenter', words, { reject: false, stdin: 'pipe' });
  // It prints its first line when it listens.
  const told = await inside.iterable()[Symbol.asyncIterator]().next();
  if (told.done) throw new Error(`port ${portInside} could not be forwarded: ${(await inside).stderr}`);

  const server = createServer((near) => {
    const far = createConnection(socketFile);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.resetAndDestroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      resolve(address.port);
    });
  });
  const close = () => {
    server.close();
    inside.stdin.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, close };
}
