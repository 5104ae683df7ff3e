import { setMaxListeners } from 'node:events';
import type { Client } from 'ssh2';
import type { Transport } from './transport.ts';

/** The link to a host is gone, and with it the answer to what was under way. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

/** Milliseconds that a link may take to close. */
const grace = 1000;

/** One log-in, for as long as it lasts. */
export class Connection {
  readonly client: Client;
  readonly #lost = new AbortController();
  readonly #closed: Promise<void>;
  readonly #transport: Transport;

  constructor(client: Client, transport: Transport) {
    this.client = client;
    this.#transport = transport;
    setMaxListeners(0, this.#lost.signal);
    let reason = 'The server ended it, or the network did';
    // ssh2 tells of errors even after end(); one that nobody listens to ends the process.
    client.on('error', (error) => {
      reason = error.level === 'client-timeout' ? 'It gave no sign of life' : reasonOf(error);
      this.#lose(reason);
    });
    this.#closed = new Promise((closed) => {
      client.once('close', () => {
        this.#lose(reason);
        this.#transport.cut();
        closed();
      });
    });
    client.once('end', () => this.#lose(reason));
  }

  /** Aborted when the link is gone, with a `LinkLost` as its reason. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** An answer, unless the link goes first. ssh2 itself leaves some callbacks uncalled then. */
  answered<Answer>(
    begin: (answer: (value: Answer) => void, fail: (error: unknown) => void) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.lost.aborted) return reject(this.lost.reason);
      const onLost = () => reject(this.lost.reason);
      this.lost.addEventListener('abort', onLost, { once: true });
      const settled = () => this.lost.removeEventListener('abort', onLost);
      const fail = (error: unknown) => {
        settled();
        reject(error);
      };
      try {
        begin((value) => {
          settled();
          resolve(value);
        }, fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Ends it; one that does not end by itself soon is cut. */
  async close(): Promise<void> {
    this.#lose('It was closed');
    this.client.end();
    await this.#closed;
  }

  #lose(reason: string): void {
    if (this.lost.aborted) return;
    this.#lost.abort(new LinkLost(reason));
    // A socket to a frozen network never closes by itself.
    const cut = setTimeout(() => this.#transport.cut(), grace);
    this.client.once('close', () => clearTimeout(cut));
  }
}

function reasonOf(error: Error & { readonly code?: unknown }): string {
  if (error.code === 'ECONNRESET') return 'The network or the server reset it';
  return error.message.replace(/\.$/, '');
}
