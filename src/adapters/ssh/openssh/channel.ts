import { Duplex, Readable } from 'node:stream';
import type { Channel } from '../carrier.ts';
import { type Field, fieldsOf } from './wire.ts';

/** Messages of RFC 4254 about a channel. */
export const message = {
  globalRequest: 80,
  requestFailure: 82,
  open: 90,
  openConfirmation: 91,
  openFailure: 92,
  windowAdjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** The most bytes that the other side may send before we have read them, and the most in one message. */
export const [windowSize, packetSize] = [2 * 1024 * 1024, 32 * 1024];

/** Sends a message; `sent` is called once it was written. */
export type Send = (type: number, body: Buffer, sent?: () => void) => void;

/** The other side of a channel. */
interface Peer {
  readonly id: number;
  /** Bytes that may be sent now. */
  window: number;
  /** The most bytes in one message. */
  readonly packet: number;
}

/** A channel of an OpenSSH ControlMaster, in its proxy mode. */
export class MuxChannel extends Duplex implements Channel {
  readonly stderr: Readable;
  readonly #send: Send;
  readonly #peer: Peer;
  /** Bytes that the peer may still send. */
  #window = windowSize;
  #unsent: { readonly bytes: Buffer; readonly done: () => void } | null = null;
  #state: 'open' | 'closing' | 'closed' = 'open';

  constructor(peer: Peer, send: Send) {
    super({ highWaterMark: windowSize, emitClose: false, autoDestroy: false });
    this.#peer = peer;
    this.#send = send;
    this.stderr = new Readable({ highWaterMark: windowSize, read: () => this.#allowMore() });
    this.once('finish', () => this.#tell(message.eof));
  }

  signal(name: string): void {
    this.#tell(message.request, 'signal', false, name);
  }

  /** Closes both directions. What was not read is discarded. */
  close(): void {
    if (this.#state !== 'open') return;
    this.#tell(message.close);
    this.#state = 'closing';
    this.resume();
  }

  /** Takes bytes of the command's output, or of its error output. */
  received(bytes: Buffer, from: 'output' | 'errors'): void {
    this.#window -= bytes.length;
    const hasRoom = from === 'output' ? this.push(bytes) : this.stderr.push(bytes);
    if (hasRoom || this.#state !== 'open') this.#allowMore();
  }

  windowGrew(bytes: number): void {
    this.#peer.window += bytes;
    const unsent = this.#unsent;
    this.#unsent = null;
    if (unsent !== null) this.#write(unsent.bytes, unsent.done);
  }

  outputEnded(): void {
    if (!this.readableEnded) this.push(null);
    if (!this.stderr.readableEnded) this.stderr.push(null);
  }

  /** Takes the other side's close: this side closes too. */
  wasClosed(): void {
    if (this.#state === 'closed') return;
    const isAwaited = this.#state === 'open' && !this.readableEnded;
    if (this.#state === 'open') this.#tell(message.close);
    this.#state = 'closed';
    this.outputEnded();
    if (!this.writableEnded) this.end();
    this.#unsent?.done();
    this.#unsent = null;
    if (isAwaited) this.once('end', () => this.emit('close'));
    else this.emit('close');
  }

  /** Takes the loss of the connection: nothing can be sent any more. */
  wasLost(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.wasClosed();
  }

  override _read(): void {
    this.#allowMore();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#write(bytes, done);
  }

  #write(bytes: Buffer, done: () => void): void {
    if (this.#state !== 'open') {
      done();
      return;
    }
    const length = Math.min(bytes.length, this.#peer.window, this.#peer.packet);
    if (length === 0 && bytes.length > 0) {
      this.#unsent = { bytes, done };
      return;
    }
    this.#peer.window -= length;
    const rest = bytes.subarray(length);
    const sent = () => (rest.length === 0 ? done() : this.#write(rest, done));
    this.#send(message.data, fieldsOf(this.#peer.id, bytes.subarray(0, length)), sent);
  }

  #allowMore(): void {
    const read = windowSize - this.#window;
    if (read < windowSize / 2 || this.#state !== 'open') return;
    this.#window += read;
    this.#tell(message.windowAdjust, read);
  }

  #tell(type: number, ...fields: readonly Field[]): void {
    if (this.#state === 'open') this.#send(type, fieldsOf(this.#peer.id, ...fields));
  }
}
