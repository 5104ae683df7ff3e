import { RoundTrips } from '../../domain/round-trips.ts';
import type { Channel } from './carrier.ts';
import type { Connection } from './connection.ts';
import { type Heading, headingOf, waitingLine } from './framed.ts';
import type { Sessions } from './sessions.ts';

/** Shells that wait on the host for a command. One is opened in two round trips, so three suffice for any sequence. */
const spares = 3;

/** Round trips that opening a shell takes: for its channel, and for the program on it. */
const opening = 2;

/** A shell on the host that waits for one command: assets/remote/frame.sh. */
export interface Runner {
  readonly channel: Channel;
  readonly marker: string;
  /** Resolves with the exit code when the channel closes; with null if a signal ended the command. */
  readonly ended: Promise<number | null>;
  /** What it printed when it started. */
  readonly start: Heading;
}

/** A shell that nothing waits for yet. */
interface Spare {
  readonly runner: Promise<Runner>;
  /** The length of the longest chain of requests when it is ready. */
  readonly readyAt: number;
  isReady: boolean;
}

/** The shells that wait for commands on one connection: opened ahead, so that a command takes one round trip. */
export class Runners {
  readonly #connection: Connection;
  readonly #sessions: Sessions;
  readonly #spares: Spare[] = [];

  constructor(connection: Connection, sessions: Sessions) {
    this.#connection = connection;
    this.#sessions = sessions;
    sessions.onPressure(() => this.#giveBack());
  }

  /** Opens shells until enough are waiting, as far as sessions are free. */
  fill(): void {
    while (this.#spares.length < spares && this.#sessions.isFree && !this.#connection.lost.aborted) {
      const runner = this.#open('ahead', new RoundTrips());
      const readyAt = this.#connection.traffic.total.chain + opening;
      const spare: Spare = { runner, readyAt, isReady: false };
      this.#spares.push(spare);
      const forget = () => this.#forget(spare);
      runner.then(
        ({ channel }) => {
          spare.isReady = true;
          channel.once('close', forget);
        },
        // The command that would have taken it opens its own, and reports the reason.
        forget,
      );
    }
  }

  /** Takes a shell, opened ahead if there is one. @throws ProblemError if the server opens none; LinkLost */
  async take(stay: 'brief' | 'lasting', traffic: RoundTrips): Promise<Runner> {
    const spare = this.#spares.find(({ isReady }) => isReady) ?? this.#spares[0];
    if (spare === undefined) return this.#open(stay, traffic);
    this.#forget(spare);
    const answered = spare.isReady
      ? undefined
      : traffic.send(0, Math.max(1, spare.readyAt - traffic.total.chain));
    const runner = await spare.runner.catch(() => this.#open(stay, traffic));
    answered?.();
    if (stay === 'lasting') this.#sessions.keep(runner.channel);
    return runner;
  }

  /** Returns what a shell printed when it started: its home directory. It keeps waiting for a command. */
  async home(): Promise<Heading> {
    const [spare] = this.#spares;
    const answered = this.#connection.traffic.send(0, opening);
    const runner = await spare?.runner.catch(() => null);
    answered();
    if (runner != null) return runner.start;
    const { channel, start } = await this.#open('brief', this.#connection.traffic);
    channel.close();
    return start;
  }

  async #open(stay: 'brief' | 'lasting' | 'ahead', traffic: RoundTrips): Promise<Runner> {
    const { line, marker } = waitingLine();
    let ended: Promise<number | null> = Promise.resolve(null);
    const request = { bytes: line.length, waits: opening, traffic };
    const channel = await this.#sessions.open<Channel>(
      (done) =>
        this.#connection.carrier.exec(line, (error, opened) => {
          // Listen right away: the login shell may end in the same packet.
          if (opened !== undefined) ended = endOf(opened);
          done(error, opened);
        }),
      stay,
      request,
    );
    return { channel, marker, ended, start: await headingOf(channel, marker) };
  }

  #forget(spare: Spare): void {
    const at = this.#spares.indexOf(spare);
    if (at !== -1) this.#spares.splice(at, 1);
  }

  /** Closes a waiting shell, because its session is needed. */
  #giveBack(): void {
    const spare = this.#spares.find(({ isReady }) => isReady);
    if (spare === undefined) return;
    this.#forget(spare);
    spare.runner.then(
      ({ channel }) => channel.close(),
      () => undefined,
    );
  }
}

function endOf(channel: Channel): Promise<number | null> {
  let exitCode: number | null = null;
  channel.once('exit', (code: number | null) => {
    exitCode = code;
  });
  channel.on('error', () => undefined); // 'close' follows
  return new Promise((ended) => channel.once('close', () => ended(exitCode)));
}
