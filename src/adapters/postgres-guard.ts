import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** The most bytes of a message before the log-in ends, of one after it, and of all messages that answer one query. */
const most = { beforeLogIn: 1_000_000, message: 64_000_000, answer: 256_000_000 } as const;

/** Type byte and length of a message, and the type that ends a log-in and each answer (ReadyForQuery). */
const headerSize = 5;
const readyForQuery = 'Z'.charCodeAt(0);

/**
 * Counts the bytes of the messages of a server, so that none is collected that is too large. Source: "Message Formats",
 * https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
class MessageCounter {
  readonly #header = Buffer.alloc(headerSize);
  #inHeader = 0;
  /** Bytes of the current message that are still to come. */
  #left = 0;
  #answer = 0;
  #loggedIn = false;

  /** @throws ProtocolError if a length is impossible or too large */
  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const taken = this.#left > 0 ? this.#body(chunk.length - at) : this.#head(chunk, at);
      at += taken;
    }
  }

  #body(available: number): number {
    const taken = Math.min(this.#left, available);
    this.#left -= taken;
    return taken;
  }

  #head(chunk: Uint8Array, at: number): number {
    this.#header[this.#inHeader] = chunk[at] ?? 0;
    this.#inHeader += 1;
    if (this.#inHeader === headerSize) {
      this.#inHeader = 0;
      this.#begin(this.#header[0] ?? 0, this.#header.readInt32BE(1));
    }
    return 1;
  }

  #begin(type: number, length: number): void {
    const limit = this.#loggedIn ? most.message : most.beforeLogIn;
    if (length < 4 || length > limit)
      throw new ProtocolError(`it announced a message of ${length} bytes; the limit is ${limit}`);
    this.#answer += length;
    if (this.#answer > most.answer) throw new ProtocolError(`its answer is larger than ${most.answer} bytes`);
    this.#left = length - 4;
    if (type !== readyForQuery) return;
    this.#loggedIn = true;
    this.#answer = 0;
  }
}

/** The peer does not speak PostgreSQL's protocol. A plain error: it means that the connection is lost. */
export class ProtocolError extends Error {
  constructor(what: string) {
    super(`the server does not answer as PostgreSQL does: ${what}`);
  }
}

interface Connection {
  attachListeners(stream: Duplex): void;
}

/**
 * Bounds what a server can make this client collect, and turns an error in the driver's parser into a lost connection.
 * @param heard called for each chunk
 */
export function guard(client: pg.Client, heard: () => void): void {
  const counter = new MessageCounter();
  // pg attaches the parser when the connection is made, after TLS if there is any; its types do not declare it.
  const connection = client.connection as unknown as Connection;
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) =>
    attach(
      checked(stream, (chunk) => {
        heard();
        counter.add(chunk);
      }),
    );
}

/** Returns the stream; what listens to its data is called in a net. */
function checked(stream: Duplex, check: (chunk: Uint8Array) => void): Duplex {
  const on = (event: string, act: (chunk: Uint8Array) => void) => {
    if (event !== 'data') return stream.on(event, act);
    return stream.on('data', (chunk: Uint8Array) => {
      if (stream.destroyed) return;
      try {
        check(chunk);
        act(chunk);
      } catch (error) {
        stream.destroy(error instanceof ProtocolError ? error : new ProtocolError(String(error)));
      }
    });
  };
  return Object.create(stream, { on: { value: on } }) as Duplex;
}

/**
 * Refuses to send the password in clear text, which a server, or an attacker in its place, can ask for.
 * @param isPrivate whether the connection is encrypted, or does not leave this machine through a socket file
 */
export function refuseClearText(client: pg.Client, isPrivate: boolean): void {
  if (isPrivate) return;
  // pg binds this method when it connects.
  Object.assign(client, {
    _handleAuthCleartextPassword: () =>
      client.connection.emit(
        'error',
        new Error(
          'the server asks for the password in clear text on a connection without TLS; use sslmode=verify-full, or scram-sha-256 in its pg_hba.conf',
        ),
      ),
  });
}
