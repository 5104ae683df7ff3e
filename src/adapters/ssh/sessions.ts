import { setTimeout as pauseFor } from 'node:timers/promises';
import { ProblemError } from '../../domain/problem.ts';
import type { RoundTrips } from '../../domain/round-trips.ts';
import { type Connection, LinkLost } from './connection.ts';
import { noSession } from './link-problems.ts';

/** Milliseconds between attempts to open a session that should be free: doubled each time, up to `lastPause`. */
const [firstPause, lastPause] = [10, 1000];
/** Milliseconds that sshd may take to free a session, and that a holder of a lasting session may take to close it. */
const [freeing, givingBack] = [15_000, 5000];
/** Milliseconds after the end of a session during which a refusal may still be due to it, not to the limit. */
const settling = 1000;

/** A session of ssh2: the channel of a command. */
interface Closable {
  once(event: 'close', listener: () => void): unknown;
}

type Begin<Channel> = (done: (error: Error | undefined, channel?: Channel) => void) => void;

/** What opening a session sends, and its waits: for the channel, and for the command on it. */
interface Request {
  readonly bytes: number;
  readonly waits: number;
  /** Default: the connection's. */
  readonly traffic?: RoundTrips;
}

/**
 * The sessions of one connection, as many at once as the server allows. sshd reports its limit nowhere. It rejects one
 * session too many with "open failed", and the limit is learned from that.
 */
export class Sessions {
  readonly #connection: Pick<Connection, 'answered' | 'traffic'>;
  readonly #name: string;
  #limit: number;
  #taken = 0;
  #open = 0;
  /** The most sessions that were open at once so far. */
  #mostOpen = 0;
  /** Open sessions without a time limit (database connections): waiting for their end may take forever. */
  #lasting = 0;
  /** Each closes an idle session, if there is one. */
  readonly #idle = new Set<() => void>();
  #closedAt = Number.NEGATIVE_INFINITY;
  #late: NodeJS.Timeout | null = null;
  /** Since when an operation has been waiting while all sessions are lasting ones; null if none is waiting. */
  #stuckSince: number | null = null;
  readonly #waiting: { readonly begin: () => void; readonly fail: (error: unknown) => void }[] = [];

  constructor(connection: Pick<Connection, 'answered' | 'traffic'>, name: string, limit: number) {
    this.#connection = connection;
    this.#name = name;
    this.#limit = limit;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Whether a session can be opened without waiting for one to end. */
  get isFree(): boolean {
    return this.#taken < this.#limit && !this.isAwaited;
  }

  /** Calls `close` when a session is needed and none is free, so that an idle one can be closed. */
  onPressure(close: () => void): void {
    this.#idle.add(close);
  }

  get isAwaited(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Opens a session, and waits until one is free; one that is opened ahead is only tried once.
   * @throws ProblemError if the server opens none; LinkLost
   */
  async open<Channel extends Closable>(
    begin: Begin<Channel>,
    stay: 'brief' | 'lasting' | 'ahead',
    request: Request = { bytes: 0, waits: 2 },
  ): Promise<Channel> {
    const lasting = stay === 'lasting';
    const since = performance.now();
    for (let pause = firstPause; ; ) {
      await this.#slot();
      const counted = (request.traffic ?? this.#connection.traffic).send(request.bytes, request.waits);
      try {
        const channel = await this.#connection.answered<Channel>((answer, fail) => {
          begin((error, opened) => {
            counted();
            if (opened === undefined) fail(error);
            else answer(opened);
          });
        });
        this.#open += 1;
        this.#stuckSince = null;
        this.#mostOpen = Math.max(this.#mostOpen, this.#open);
        if (lasting) this.keep(channel);
        channel.once('close', () => {
          this.#open -= 1;
          this.#closedAt = performance.now();
          this.#release();
        });
        return channel;
      } catch (error) {
        this.#release();
        if (!isOneTooMany(error)) throw asNoSession(this.#name, error);
        for (const close of this.#idle) close();
        const now = performance.now();
        const isFreeing = this.#open < this.#mostOpen;
        const isSettling = now - this.#closedAt < settling && now - since < 3 * settling;
        if (stay === 'ahead' && (isFreeing || isSettling)) throw error;
        if ((isFreeing && now - since < freeing) || isSettling) {
          // sshd closes the channel of a session before it stops counting the session.
          await pauseFor(pause);
          pause = Math.min(2 * pause, lastPause);
          continue;
        }
        if (isFreeing || this.#taken === 0) {
          throw new ProblemError(noSession(this.#name, 'Its sshd opens no session.'), { cause: error });
        }
        this.#limit = Math.max(1, this.#open);
        if (stay === 'ahead') throw error;
      }
    }
  }

  /** Counts an open session as one without a time limit. */
  keep(channel: Closable): void {
    this.#lasting += 1;
    channel.once('close', () => {
      this.#lasting -= 1;
    });
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
      for (const close of this.#idle) close();
      return;
    }
    this.#stuckSince ??= performance.now();
    this.#late ??= setTimeout(() => this.#recheck(), lastPause).unref();
  }

  /**
   * Doubts the learned limit, because sshd may still have counted a session that had ended: allows one more for a
   * while, in which a second database connection may also be closed. After that, fails what is waiting.
   */
  #recheck(): void {
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

/** Turns a refusal of the server into a problem; a lost connection stays what it is. */
function asNoSession(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LinkLost || error instanceof ProblemError) return error;
  return new ProblemError(noSession(name, `Its sshd refused the command: ${error.message}.`), {
    cause: error,
  });
}

/** RFC 4254, 5.1: 2 is "connect failed" (sshd's answer beyond MaxSessions), 4 is "resource shortage". */
function isOneTooMany(error: unknown): boolean {
  return reasonOf(error) === 2 || reasonOf(error) === 4;
}

/** Returns the reason code of RFC 4254 if a server did not open a channel; undefined for any other error. */
export function reasonOf(error: unknown): number | undefined {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number'
    ? error.reason
    : undefined;
}
