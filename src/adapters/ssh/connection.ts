import { setMaxListeners } from 'node:events';
import type { Client } from 'ssh2';
import { RoundTrips } from '../../domain/round-trips.ts';
import type { Transport } from './transport.ts';

/** The connection to a host was lost; the result of what was running is unknown. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

/** Milliseconds that a connection may take to close. */
const grace = 1000;

/** One SSH connection, from log-in to close. */
export class Connection {
  readonly client: Client;
  readonly traffic: RoundTrips;
  readonly #lost = new AbortController();
  readonly #closed: Promise<void>;
  readonly #transport: Transport;

  constructor(client: Client, transport: Transport, traffic: RoundTrips = new RoundTrips()) {
    this.client = client;
    this.traffic = traffic;
    this.#transport = transport;
    setMaxListeners(0, this.#lost.signal);
    let reason = 'The server or the network closed it';
    // ssh2 emits errors even after end(), and an error without a listener would end the process.
    client.on('error', (error) => {
      reason =
        error.level === 'client-timeout'
          ? 'The server stopped responding (keepalive timed out)'
          : reasonOf(error);
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

  /** Aborted when the connection is lost, with a `LinkLost` as its reason. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Waits for an answer, or rejects when the connection is lost: ssh2 then leaves some callbacks uncalled. */
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

  /** Closes the connection, by force if it does not close in time. */
  async close(): Promise<void> {
    this.#lose('It was closed');
    this.client.end();
    await this.#closed;
  }

  #lose(reason: string): void {
    if (this.lost.aborted) return;
    this.#lost.abort(new LinkLost(reason));
    // A socket never closes by itself if the network does not respond.
    const cut = setTimeout(() => this.#transport.cut(), grace);
    this.client.once('close', () => clearTimeout(cut));
  }
}

function reasonOf(error: Error & { readonly code?: unknown }): string {
  if (error.code === 'ECONNRESET') return 'It was reset (ECONNRESET)';
  return error.message.replace(/\.$/, '');
}
