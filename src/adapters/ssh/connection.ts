import { setMaxListeners } from 'node:events';
import { RoundTrips } from '../../domain/round-trips.ts';
import type { Carrier } from './carrier.ts';

/** The connection to a host was lost; the result of what was running is unknown. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

/** Milliseconds that a connection may take to close. */
const grace = 1000;

/** One SSH connection, from log-in to close. */
export class Connection {
  readonly carrier: Pick<Carrier, 'exec' | 'forward'>;
  readonly traffic: RoundTrips;
  readonly #lost = new AbortController();
  readonly #carrier: Carrier;

  constructor(carrier: Carrier, traffic: RoundTrips = new RoundTrips()) {
    this.carrier = carrier;
    this.#carrier = carrier;
    this.traffic = traffic;
    setMaxListeners(0, this.#lost.signal);
    carrier.onLost((reason) => this.#lose(reason));
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
    this.#carrier.end();
    await this.#carrier.closed;
  }

  #lose(reason: string): void {
    if (this.lost.aborted) return;
    this.#lost.abort(new LinkLost(reason));
    // A socket never closes by itself if the network does not respond.
    const cut = setTimeout(() => this.#carrier.cut(), grace);
    void this.#carrier.closed.then(() => clearTimeout(cut));
  }
}
