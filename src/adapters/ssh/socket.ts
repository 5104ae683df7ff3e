import { Duplex } from 'node:stream';
import type { Connection } from './connection.ts';

/** What ssh2's channels have in common with any other two-way stream. */
interface Channel extends Duplex {
  close(): void;
}

/**
 * A channel in the clothes of a TCP socket, for pg and node:http. An ssh2 channel itself has an own idea of
 * `destroy`, emits no error when the link dies, and knows nothing of delays and timeouts.
 */
export class ChannelSocket extends Duplex {
  readonly #channel: Channel;
  readonly #lost: AbortSignal;
  #isOver = false;

  constructor(channel: Channel, { lost }: Pick<Connection, 'lost'>) {
    super();
    this.#channel = channel;
    this.#lost = lost;
    const onLost = () => this.destroy(lost.reason);
    lost.addEventListener('abort', onLost, { once: true });
    this.once('close', () => lost.removeEventListener('abort', onLost));
    channel.on('data', (bytes) => {
      if (!this.push(bytes)) channel.pause();
    });
    channel.on('end', () => this.push(null));
    channel.on('error', (error) => this.destroy(error));
    channel.on('close', () => {
      this.#isOver = true;
      this.#ended();
    });
    if (channel.readableEnded) {
      this.#isOver = true;
      this.push(null);
    }
  }

  /** What pg calls: it is connected already. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(bytes, encoding, done);
  }

  override _final(done: () => void): void {
    this.#channel.end(done);
  }

  /** Over when the server says so: until then it counts the channel, which may be the only one that it allows. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.#isOver || this.#lost.aborted) {
      done(error);
      return;
    }
    const over = () => {
      this.#lost.removeEventListener('abort', over);
      this.#channel.off('close', over);
      done(error);
    };
    this.#lost.addEventListener('abort', over);
    this.#channel.on('close', over);
    this.#channel.close();
  }

  // Of the connection underneath, and set there once and for all.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Closed by the other side: what is still to be read is read first. */
  #ended(): void {
    if (this.readableEnded || this.destroyed) this.destroy();
    else this.once('end', () => this.destroy());
  }
}
