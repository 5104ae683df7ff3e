import { setTimeout as pauseFor } from 'node:timers/promises';
import { ProblemError } from '../../domain/problem.ts';
import type { Connection } from './connection.ts';
import { noSession } from './link-problems.ts';

/** Milliseconds between tries to open a session that should be free: doubled each time, up to the last. */
const [firstPause, lastPause] = [10, 1000];
/** Milliseconds that sshd may take to free one, and whoever holds one for long to give it back. */
const [freeing, givingBack] = [15_000, 5000];
/** Milliseconds after a session's end in which a refusal says nothing about how many are allowed. */
const settling = 1000;

/** What ssh2 gives for a session: a command's channel, or sftp. */
interface Closable {
  once(event: 'close', listener: () => void): unknown;
}

type Begin<Channel> = (done: (error: Error | undefined, channel?: Channel) => void) => void;

/**
 * Sessions of one connection, as many at once as the server allows. sshd answers one too many with "open
 * failed", and says nowhere how many it takes: the limit is learned then.
 */
export class Sessions {
  /** Called when a session is wanted and none is free: whoever holds one for nothing gives it back. */
  onPressure: () => void = () => undefined;
  readonly #connection: Pick<Connection, 'answered'>;
  readonly #name: string;
  #limit: number;
  #taken = 0;
  #open = 0;
  /** How many were open at once so far. */
  #proven = 0;
  /** Sessions that stay for as long as somebody likes: nobody can wait for their end. */
  #lasting = 0;
  #closedAt = Number.NEGATIVE_INFINITY;
  #late: NodeJS.Timeout | null = null;
  /** Since when somebody waits while all that are open are lasting; null where nobody does. */
  #stuckSince: number | null = null;
  readonly #waiting: { readonly begin: () => void; readonly fail: (error: unknown) => void }[] = [];

  constructor(connection: Pick<Connection, 'answered'>, name: string, limit: number) {
    this.#connection = connection;
    this.#name = name;
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  get isWantedElsewhere(): boolean {
    return this.#waiting.length > 0;
  }

  /** @throws ProblemError where the server opens none; LinkLost */
  async open<Channel extends Closable>(begin: Begin<Channel>, stay: 'brief' | 'lasting'): Promise<Channel> {
    const lasting = stay === 'lasting' ? 1 : 0;
    const since = performance.now();
    for (let pause = firstPause; ; ) {
      await this.#slot();
      try {
        const channel = await this.#connection.answered<Channel>((answer, fail) => {
          begin((error, opened) => (opened === undefined ? fail(error) : answer(opened)));
        });
        this.#open += 1;
        this.#stuckSince = null;
        this.#proven = Math.max(this.#proven, this.#open);
        this.#lasting += lasting;
        channel.once('close', () => {
          this.#open -= 1;
          this.#closedAt = performance.now();
          this.#lasting -= lasting;
          this.#release();
        });
        return channel;
      } catch (error) {
        this.#release();
        if (!isOneTooMany(error)) throw error;
        const now = performance.now();
        const isFreeing = this.#open < this.#proven;
        const isSettling = now - this.#closedAt < settling && now - since < 3 * settling;
        if ((isFreeing && now - since < freeing) || isSettling) {
          // sshd says that a session's channel is closed before it counts the session as over.
          await pauseFor(pause);
          pause = Math.min(2 * pause, lastPause);
          continue;
        }
        if (isFreeing || this.#taken === 0) {
          throw new ProblemError(noSession(this.#name, 'Its sshd opens no session.'), { cause: error });
        }
        this.#limit = Math.max(1, this.#open);
      }
    }
  }

  async #slot(): Promise<void> {
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      return;
    }
    await this.#connection.answered<void>((answer, fail) => {
      this.#waiting.push({ begin: answer, fail });
      this.#press();
    });
  }

  #release(): void {
    this.#taken -= 1;
    this.#admit();
    if (this.#waiting.length > 0) this.#press();
  }

  #admit(): void {
    while (this.#taken < this.#limit && this.#waiting.length > 0) {
      this.#taken += 1;
      this.#waiting.shift()?.begin();
    }
  }

  #press(): void {
    if (this.#lasting < this.#limit) {
      this.onPressure();
      return;
    }
    this.#stuckSince ??= performance.now();
    this.#late ??= setTimeout(() => this.#doubt(), lastPause).unref();
  }

  /**
   * A second way to the database is given back soon; and what was learned of the limit may have been learned while
   * sshd still counted a session that had ended, so one more is tried. Then there is nothing to wait for.
   */
  #doubt(): void {
    this.#late = null;
    if (this.#waiting.length === 0 || this.#lasting < this.#limit) return;
    if (performance.now() - (this.#stuckSince ?? 0) < givingBack) {
      this.#limit += 1;
      this.#admit();
      return;
    }
    this.#stuckSince = null;
    const held = `Its sshd allows ${this.#limit} at once, and database connections use all of them.`;
    for (const { fail } of this.#waiting.splice(0)) fail(new ProblemError(noSession(this.#name, held)));
  }
}

/** RFC 4254, 5.1: 2 is "connect failed" (what sshd says past MaxSessions), 4 "resource shortage". */
function isOneTooMany(error: unknown): boolean {
  return reasonOf(error) === 2 || reasonOf(error) === 4;
}

/** Why a server opened no channel, as RFC 4254 numbers it; undefined for any other error. */
export function reasonOf(error: unknown): number | undefined {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
    ? error.reason
    : undefined;
}
