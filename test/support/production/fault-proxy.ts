import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP proxy on loopback that misbehaves as configured. */
export interface FaultProxy {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Bytes sent to the target so far. */
  readonly sent: number;
  /** Delay in milliseconds, each way. */
  delay: number;
  /** Holds back every byte in both directions without closing connections, like a dead network. */
  frozen: boolean;
  /** Resets new connections. */
  refuses: boolean;
  /** Resets all connections after this many bytes to the target. */
  cutAfter: number;
  /** Resets all connections now. */
  cut(): void;
  /** Closes all connections now, like a peer that ends orderly. */
  hangUp(): void;
  /** Freezes the open connections permanently: no byte passes any more, and no peer is notified. */
  abandon(): void;
}

/** Starts a proxy in front of a port of 127.0.0.1 until the test ends. */
export async function faultProxy(target: number): Promise<FaultProxy> {
  const proxy = new Proxied(target);
  const port = await proxy.listen();
  onTestFinished(() => proxy.close());
  return Object.assign(proxy, { port });
}

class Proxied {
  delay = 0;
  frozen = false;
  refuses = false;
  cutAfter = Number.POSITIVE_INFINITY;
  sent = 0;
  connections = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #flushes = new Set<() => void>();
  readonly #server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
  readonly #clock = setInterval(() => {
    for (const flush of this.#flushes) flush();
  }, 5);

  constructor(target: number) {
    this.#target = target;
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port was given');
    return address.port;
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  abandon(): void {
    this.#flushes.clear();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    clearInterval(this.#clock);
    this.cut();
    this.#server.close();
  }

  #accept(near: Socket): void {
    this.connections += 1;
    near.on('error', () => undefined);
    if (this.refuses) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    near.setNoDelay(true);
    this.#pass(near, far, true);
    this.#pass(far, near, false);
  }

  /** Forwards the bytes of one side to the other, in order and after the delay. */
  #pass(from: Socket, to: Socket, counted: boolean): void {
    const queue: { readonly at: number; readonly bytes: Buffer | null }[] = [];
    const flush = () => {
      // A dead network does not report an end either.
      if (this.frozen || !this.#flushes.has(flush)) return;
      while (queue[0] !== undefined && queue[0].at <= performance.now()) {
        const bytes = queue.shift()?.bytes ?? null;
        if (bytes === null) to.end();
        else if (to.writable) to.write(bytes);
      }
      if (from.destroyed && queue.length === 0) {
        this.#flushes.delete(flush);
        to.destroy();
      }
    };
    this.#sockets.add(from);
    this.#flushes.add(flush);
    from.on('data', (bytes: Buffer) => {
      if (counted) this.sent += bytes.length;
      if (this.sent > this.cutAfter) {
        this.cut();
        return;
      }
      queue.push({ at: performance.now() + this.delay, bytes });
      flush();
    });
    from.on('end', () => queue.push({ at: performance.now() + this.delay, bytes: null }));
    from.on('error', () => undefined);
    from.on('close', () => this.#sockets.delete(from));
  }
}
