import { Duplex } from 'node:stream';
import type { Answered } from '../../domain/round-trips.ts';
import { sendTo } from './carrier.ts';
import type { Connection } from './connection.ts';

/** A channel of ssh2. */
interface Channel extends Duplex {
  close(): void;
}

/**
 * Adapts a channel to the interface of a TCP socket, for pg and node:http. A channel of ssh2 has different semantics of
 * `destroy`, emits no error when the connection is lost, and has no methods for delays and timeouts.
 */
export class ChannelSocket extends Duplex {
  readonly #channel: Channel;
  readonly #lost: AbortSignal;
  readonly #traffic: Connection['traffic'];
  /** The request that awaits its answer. */
  #request: Answered | null = null;
  #isOver = false;

  constructor(channel: Channel, { lost, traffic }: Pick<Connection, 'lost' | 'traffic'>) {
    // As a TCP socket does by default: when the other side has ended, this side ends, too. Otherwise sshd waits for that
    // before it closes the channel, and a statement whose server was killed would never end.
    super({ allowHalfOpen: false });
    this.#traffic = traffic;
    this.#channel = channel;
    this.#lost = lost;
    const onLost = () => this.destroy(lost.reason);
    lost.addEventListener('abort', onLost, { once: true });
    this.once('close', () => lost.removeEventListener('abort', onLost));
    channel.on('data', (bytes) => {
      this.#received(bytes.length);
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

  /** Called by pg. The channel is connected already. */
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#request === null) this.#request = this.#traffic.send(bytes.length);
    else this.#traffic.more(bytes.length);
    sendTo(this.#channel, bytes, done);
  }

  #received(bytes: number): void {
    this.#traffic.receive(bytes);
    this.#request?.();
    this.#request = null;
  }

  override _final(done: () => void): void {
    this.#channel.end(done);
  }

  /** Waits until the server closes the channel: until then the server counts it, and it may allow no other. */
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

  // No-ops: the SSH connection below has its own settings.
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

  /** After the other side has closed: destroys the socket once the remaining data was read. */
  #ended(): void {
    if (this.readableEnded || this.destroyed) this.destroy();
    else this.once('end', () => this.destroy());
  }
}
