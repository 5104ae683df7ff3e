import type { Socket } from 'node:net';
import type { Opened } from '../carrier.ts';
import { MuxChannel, message, packetSize, windowSize } from './channel.ts';
import { type Field, Fields, fieldsOf, Messages } from './wire.ts';

/** Messages of openssh-portable, PROTOCOL.mux, sections 1, 11 and 12. */
const [hello, helloVersion, askProxy, proxyGranted] = [1, 4, 0x1000000f, 0x8000000f] as const;

/** An answer to a channel's opening, or to a request on it. */
interface Pending {
  confirmed(fields: Fields): void;
  failed(error: Error): void;
}

/**
 * Opens channels through a master of OpenSSH (`ssh -M`). In proxy mode its socket carries the messages of RFC 4254, so
 * that one connection to it serves all channels, without a process for each.
 */
export class Mux {
  readonly #socket: Socket;
  readonly #opening = new Map<number, Pending>();
  readonly #channels = new Map<number, MuxChannel>();
  /** Awaited answers to the requests on a channel, in order. */
  readonly #requests = new Map<number, Pending[]>();
  #next = 0;
  #isReady = false;
  readonly #ready = Promise.withResolvers<void>();

  /** @param socket connected to the ControlPath of the master */
  constructor(socket: Socket) {
    this.#socket = socket;
    const messages = new Messages((bytes) => (this.#isReady ? this.#received(bytes) : this.#greeted(bytes)));
    socket.on('data', (chunk) => {
      try {
        messages.add(Buffer.from(chunk));
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.#ready.reject(new Error('ssh closed its socket')));
    this.#ready.promise.catch(() => undefined); // it may be rejected before anything waits for it
    socket.write(controlMessage(hello, helloVersion));
    socket.write(controlMessage(askProxy, 0));
  }

  /** Resolves when channels can be opened; rejects if the master does not allow it. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Starts a command line on the host. */
  exec(line: string, done: Opened): void {
    this.#open('session', [], (error, channel, id, peer) => {
      if (channel === undefined) return done(error);
      const waiting = this.#requests.get(id) ?? [];
      this.#requests.set(id, waiting);
      waiting.push({
        confirmed: () => done(undefined, channel),
        failed: (failure) => {
          channel.close();
          done(failure);
        },
      });
      this.#send(message.request, fieldsOf(peer, 'exec', true, line));
    });
  }

  /** Connects to a port through the host (direct-tcpip). */
  forward(address: string, port: number, done: Opened): void {
    this.#open('direct-tcpip', [address, port, '127.0.0.1', 0], done);
  }

  /** Closes all channels, because the connection was lost. */
  lost(): void {
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.wasLost();
  }

  #open(
    type: string,
    more: readonly Field[],
    opened: (error: Error | undefined, channel: MuxChannel | undefined, id: number, peer: number) => void,
  ): void {
    const id = this.#next;
    this.#next += 1;
    this.#opening.set(id, {
      confirmed: (fields) => {
        const peer = { id: fields.number(), window: fields.number(), packet: fields.number() };
        const channel = new MuxChannel(peer, (kind, body, sent) => this.#send(kind, body, sent));
        this.#channels.set(id, channel);
        opened(undefined, channel, id, peer.id);
      },
      failed: (error) => opened(error, undefined, id, 0),
    });
    this.#send(message.open, fieldsOf(type, id, windowSize, packetSize, ...more));
  }

  #send(type: number, body: Buffer, sent?: () => void): void {
    if (this.#socket.destroyed) {
      sent?.();
      return;
    }
    // The master expects no padding here: a length, 0, the type, the body.
    const head = Buffer.from([0, 0, 0, 0, 0, type]);
    head.writeUInt32BE(2 + body.length);
    this.#socket.write(Buffer.concat([head, body]), () => sent?.());
  }

  #greeted(bytes: Buffer): void {
    const type = new Fields(bytes).number();
    if (type === hello) return;
    if (type === proxyGranted) {
      this.#isReady = true;
      this.#ready.resolve();
      return;
    }
    this.#ready.reject(
      new Error('The ssh of this machine does not allow other programs to use its connection'),
    );
    this.#socket.destroy();
  }

  #received(bytes: Buffer): void {
    const type = bytes[1] ?? 0;
    const fields = new Fields(bytes.subarray(2));
    if (type === message.globalRequest) this.#declined(fields);
    if (type < message.open || type > message.failure) return;
    const id = fields.number();
    const channel = this.#channels.get(id);
    if (channel === undefined) this.#answered(type, id, fields);
    else this.#onChannel(type, id, channel, fields);
  }

  /** Requests of the server are the master's own matter; those that want an answer get none of ours. */
  #declined(fields: Fields): void {
    fields.text();
    if (fields.boolean()) this.#send(message.requestFailure, Buffer.alloc(0));
  }

  #answered(type: number, id: number, fields: Fields): void {
    const pending = this.#opening.get(id);
    this.#opening.delete(id);
    if (type === message.openConfirmation) pending?.confirmed(fields);
    else if (type === message.openFailure) {
      const reason = fields.number();
      pending?.failed(Object.assign(new Error(`The server opens no channel: ${fields.text()}`), { reason }));
    }
  }

  #onChannel(type: number, id: number, channel: MuxChannel, fields: Fields): void {
    switch (type) {
      case message.data:
        channel.received(fields.bytes(), 'output');
        break;
      case message.extendedData:
        fields.number(); // its type: only stderr is defined
        channel.received(fields.bytes(), 'errors');
        break;
      case message.windowAdjust:
        channel.windowGrew(fields.number());
        break;
      case message.eof:
        channel.outputEnded();
        break;
      case message.request:
        exited(channel, fields);
        break;
      case message.success:
        this.#requests.get(id)?.shift()?.confirmed(fields);
        break;
      case message.failure:
        this.#requests.get(id)?.shift()?.failed(new Error('The server does not start the command'));
        break;
      case message.close:
        this.#forget(id);
        channel.wasClosed();
    }
  }

  /** A channel that is closed answers no request. */
  #forget(id: number): void {
    this.#channels.delete(id);
    const waiting = this.#requests.get(id) ?? [];
    this.#requests.delete(id);
    for (const one of waiting) one.failed(new Error('The server closed the channel'));
  }
}

function exited(channel: MuxChannel, fields: Fields): void {
  const kind = fields.text();
  fields.boolean(); // whether it wants an answer: never
  if (kind === 'exit-status') channel.emit('exit', fields.number());
  else if (kind === 'exit-signal') channel.emit('exit', null);
}

function controlMessage(...numbers: readonly number[]): Buffer {
  const body = fieldsOf(...numbers);
  return fieldsOf(body);
}
