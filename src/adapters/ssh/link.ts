import { ProblemError } from '../../domain/problem.ts';
import { type Connection, LinkLost } from './connection.ts';
import { linkLost } from './link-problems.ts';
import type { Limits } from './options.ts';
import { Runners } from './runners.ts';
import { Sessions } from './sessions.ts';

/** A connection and its sessions. */
export interface Live {
  readonly connection: Connection;
  readonly sessions: Sessions;
  readonly runners: Runners;
}

/**
 * The one SSH connection of a rollout. If it is lost, the next operation logs in again, once. An operation that was
 * running is not repeated, because it is unknown how far it got.
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
   * Runs an operation on the connection, after logging in again if the connection was lost.
   * @throws ProblemError if the log-in fails or the connection is lost
   */
  async use<Answer>(operation: (live: Live) => Promise<Answer>): Promise<Answer> {
    const live = await this.#alive();
    try {
      return await operation(live);
    } catch (error) {
      this.#sessionLimit = live.sessions.limit;
      throw this.asProblem(error);
    }
  }

  /** Turns a lost connection into a problem, and returns any other error unchanged. */
  asProblem(error: unknown): unknown {
    if (!(error instanceof LinkLost)) return error;
    return new ProblemError(linkLost(this.name, error.message), { cause: error });
  }

  /** Replaces the connection by a new one. @throws ProblemError if the log-in fails */
  async renew(): Promise<void> {
    const live = await orNull(this.#live);
    // Not awaited, because a connection that hangs closes late.
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
    const current = this.#live;
    const live = await orNull(current);
    if (live !== null && !live.connection.lost.aborted) return live;
    if (this.#closed) throw new Error(`the connection to ${this.name} is used after it was closed`);
    // Another operation may have started to reconnect already.
    if (this.#live === current) this.#live = this.#dial().then((connection) => this.#liveOf(connection));
    return this.#live;
  }

  #liveOf(connection: Connection): Live {
    const sessions = new Sessions(connection, this.name, this.#sessionLimit);
    const runners = new Runners(connection, sessions);
    runners.fill();
    return { connection, sessions, runners };
  }
}

/** Null if the log-in failed: the operation that started it received the error. */
const orNull = (live: Promise<Live>): Promise<Live | null> => live.catch(() => null);
