import { ProblemError } from '../../domain/problem.ts';
import { type Connection, LinkLost } from './connection.ts';
import { linkLost } from './link-problems.ts';
import type { Limits } from './options.ts';
import { Sessions } from './sessions.ts';

/** A connection, and its sessions. */
export interface Live {
  readonly connection: Connection;
  readonly sessions: Sessions;
}

/**
 * The one connection of a roll-out. After a drop, the next operation logs in again, once; what was under way
 * is not repeated, since nobody knows how far it came.
 */
export class Link {
  readonly name: string;
  readonly limits: Limits;
  readonly #dial: () => Promise<Connection>;
  #live: Promise<Live>;
  #sessionLimit: number;
  #closed = false;

  constructor(name: string, limits: Limits, first: Connection, dial: () => Promise<Connection>) {
    this.name = name;
    this.limits = limits;
    this.#dial = dial;
    this.#sessionLimit = limits.sessions;
    this.#live = Promise.resolve(this.#liveOf(first));
  }

  /**
   * Does something on the connection; one that was lost before is made anew.
   * @throws ProblemError where it cannot be made, or is lost meanwhile
   */
  async use<Answer>(operation: (live: Live) => Promise<Answer>): Promise<Answer> {
    const live = await this.#alive();
    try {
      return await operation(live);
    } catch (error) {
      this.#sessionLimit = live.sessions.limit;
      throw this.told(error);
    }
  }

  /** A lost link as a problem; any other error as it is. */
  told(error: unknown): unknown {
    if (!(error instanceof LinkLost)) return error;
    return new ProblemError(linkLost(this.name, error.message), { cause: error });
  }

  /** Leaves the connection, and logs in anew. @throws ProblemError where that cannot be done */
  async renew(): Promise<void> {
    const live = await orNull(this.#live);
    // One that hangs would hold this up: its end is not waited for.
    void live?.connection.close();
    const next = this.#dial().then((connection) => this.#liveOf(connection));
    this.#live = next;
    await next;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const live = await orNull(this.#live);
    await live?.connection.close();
  }

  async #alive(): Promise<Live> {
    const seen = this.#live;
    const live = await orNull(seen);
    if (live !== null && !live.connection.lost.aborted) return live;
    if (this.#closed) throw new Error(`the connection to ${this.name} was closed, and is used`);
    // Another operation may have found out first, and dialled.
    if (this.#live === seen) this.#live = this.#dial().then((connection) => this.#liveOf(connection));
    return this.#live;
  }

  #liveOf(connection: Connection): Live {
    return { connection, sessions: new Sessions(connection, this.name, this.#sessionLimit) };
  }
}

/** Null where nobody got in: whoever dialled was told why. */
const orNull = (live: Promise<Live>): Promise<Live | null> => live.catch(() => null);
