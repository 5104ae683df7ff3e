import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import endGroupScript from '../../../assets/remote/end-group.sh';
import { FileFault } from '../../domain/ports/files.ts';
import type { Given, Processes, ProcessResult } from '../../domain/ports/host.ts';
import { ProblemError } from '../../domain/problem.ts';
import { RoundTrips } from '../../domain/round-trips.ts';
import { namedBy, scriptCommand } from '../../domain/shell-script.ts';
import { endRead, type LineOptions, linesOf } from '../output-lines.ts';
import { type Channel, sendTo } from './carrier.ts';
import { type Framing, headingOf, requestOf } from './framed.ts';
import type { Link, Live } from './link.ts';
import { lockLost, shellFailed, timedOut } from './link-problems.ts';
import type { LockToken } from './options.ts';
import { quoteLine } from './quote.ts';

/** The exit code of frame.sh if the lock is no longer held; none of our programs uses it. */
const lockLostExitCode = 179;

type Argv = readonly [string, ...string[]];

/** A running command. The channel is positioned at the start of the command's own output. */
interface Started {
  readonly channel: Channel;
  /** False if the program does not exist or cannot be executed. */
  readonly found: boolean;
  /** Its process id on the host. It leads a process group. */
  readonly pid: string;
  readonly marker: string;
  /** Resolves with the exit code when the channel closes; with null if a signal ended the command. */
  readonly ended: Promise<number | null>;
}

/** How a command is started, besides its line. */
interface Starting {
  readonly stay?: 'brief' | 'lasting';
  /** Sent right away: waiting for the heading would cost a round trip. */
  readonly input?: string;
  /** Counts its round trips; default: those of the connection. */
  readonly traffic?: RoundTrips;
}

/** Characters of a command that a problem shows. */
const shownLength = 160;

/** Milliseconds that a command may take to end after a signal. */
const grace = 5000;

/** Runs commands in the folders of a host. */
export class Commands implements Processes {
  readonly #link: Link;
  readonly #root: string;
  readonly #lock: () => LockToken | null;

  /** @param root the absolute path that folders are relative to */
  constructor(link: Link, root: string, lock: () => LockToken | null = () => null) {
    this.#link = link;
    this.#root = root;
    this.#lock = lock;
  }

  /**
   * Runs a command. A command with `onLine` is a change: it times out only if it prints nothing for too long, and it
   * does not run if another rollout has taken the lock. Any other command is a query with one time limit.
   * @throws ProblemError on a timeout, or if the connection or the lock is lost; FileFault if the folder cannot be entered
   */
  async run(
    argv: Argv,
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
    { input, background = false, streamed = false }: Given = {},
  ): Promise<ProcessResult> {
    const lock = onLine === undefined ? null : this.#lock();
    const framing: Framing = { input: input === undefined ? 'none' : 'sent', lock };
    const result = await this.#link.use(async (live) => {
      signal.throwIfAborted();
      const started = await this.start(live, argv, cwd ?? '/', framing, {
        ...(input === undefined ? {} : { input }),
        ...(background ? { traffic: new RoundTrips() } : {}),
      });
      if (!started.found) {
        started.channel.close();
        return { exitCode: 127, stdout: '', stderr: '', notFound: true };
      }
      return this.#result(live, started, argv, signal, { onLine, streamed });
    });
    if (lock !== null && result.exitCode === lockLostExitCode)
      throw new ProblemError(lockLost(this.#link.name));
    return result;
  }

  /** Returns the home directory of the login user; empty if there is none. */
  home(): Promise<string> {
    return this.#link.use(({ connection, runners }) =>
      this.#inTime(connection, async () => {
        const { word, noise } = await runners.home();
        if (word === null) throw new ProblemError(shellFailed(this.#link.name, noise));
        return word.replace(/^waits ?/, '');
      }),
    );
  }

  /**
   * Starts a command.
   * @throws FileFault if the folder cannot be entered; ProblemError if the login shell does not start it
   */
  async start(
    { connection, runners }: Live,
    argv: Argv,
    cwd: string,
    framing: Framing,
    { stay = 'brief', input, traffic = connection.traffic }: Starting = {},
  ): Promise<Started> {
    const request = requestOf(posix.resolve(this.#root, cwd), argv, framing);
    const { runner, heading } = await this.#inTime(connection, async (onTimeout) => {
      const taken = await runners.take(stay, traffic);
      onTimeout(() => taken.channel.close());
      if (taken.start.word === null) return { runner: taken, heading: taken.start };
      const answered = traffic.send(Buffer.byteLength(request) + (input?.length ?? 0));
      sendTo(taken.channel, request + (input ?? ''));
      if (input !== undefined) taken.channel.end();
      runners.fill();
      const read = await headingOf(taken.channel, taken.marker);
      answered();
      return { runner: taken, heading: read };
    });
    const { channel, marker, ended } = runner;
    if (heading.word === null) {
      channel.close();
      throw new ProblemError(shellFailed(this.#link.name, heading.noise));
    }
    const [status = '', pid = ''] = heading.word.split(' ');
    if (status === 'ready' || status === 'missing') {
      return { channel, found: status === 'ready', pid, marker, ended };
    }
    channel.close();
    throw new FileFault('enter the folder', cwd, status, { host: this.#link.name });
  }

  /** Waits for the heading for a limited time, because a start-up file of the login shell may hang. */
  async #inTime<Answer>(
    connection: Live['connection'],
    answer: (onTimeout: (close: () => void) => void) => Promise<Answer>,
  ): Promise<Answer> {
    const limit = this.#link.limits.query;
    let timer: NodeJS.Timeout | undefined;
    let close: () => void = () => undefined;
    try {
      return await connection.answered<Answer>((resolve, reject) => {
        const onTimeout = (closes: () => void) => {
          close = closes;
        };
        answer(onTimeout).then(resolve, reject);
        timer = setTimeout(() => {
          close();
          reject(new ProblemError(timedOut(this.#link.name, 'the login shell', limit, false)));
        }, limit);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async #result(
    live: Live,
    { channel, marker, ended, pid }: Started,
    argv: Argv,
    signal: AbortSignal,
    { onLine, streamed }: LineOptions,
  ): Promise<ProcessResult> {
    const { query, silence } = this.#link.limits;
    const limit = onLine === undefined ? query : silence;
    let timer: NodeJS.Timeout | undefined;
    let cutOff: (error: unknown) => void = () => undefined;
    const onAbort = () => cutOff(signal.reason);
    const watch = () => {
      clearTimeout(timer);
      const slow = () =>
        timedOut(
          this.#link.name,
          quoteLine(namedBy(argv)).slice(0, shownLength),
          limit,
          onLine !== undefined,
        );
      timer = setTimeout(() => cutOff(new ProblemError(slow())), limit);
    };
    const options = { onLine, streamed, ...(onLine === undefined ? {} : { heard: watch }) };
    const [out, err] = [linesOf(channel, options), linesOf(channel.stderr, { ...options, marker })];
    try {
      return await live.connection.answered<ProcessResult>((answer, fail) => {
        let isCutOff = false;
        cutOff = (error) => {
          isCutOff = true;
          this.#end(live, channel, pid).then((ended) => {
            fail(error);
            return ended ? undefined : live.connection.close();
          }, fail);
        };
        // The channel may close before stderr was read to its end.
        Promise.all([ended, endRead(channel.stderr)]).then(([exitCode]) => {
          // A command that was aborted has no exit code. That must not count as a failure of the command.
          if (isCutOff && exitCode === null) return;
          live.connection.traffic.receive(out.text().length + err.text().length);
          answer({ exitCode, stdout: out.text(), stderr: err.text(), notFound: false });
        }, fail);
        watch();
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Ends a command and all processes that it started. Closing its channel would end nothing, and sshd forwards signals
   * only if the user is not root (session.c, session_signal_req), so end-group.sh is run to do it. If no session is
   * free for that (sshd frees one only when its command has ended), returns false; the caller then closes the
   * connection, and the next operation logs in again.
   */
  async #end(live: Live, channel: Channel, pid: string): Promise<boolean> {
    channel.signal('TERM');
    const { argv, input } = scriptCommand('end-group.sh', endGroupScript, [pid]);
    const framing: Framing = { input: 'sent', lock: null };
    const ending = this.start(live, argv, '/', framing, { input }).then((started) => {
      started.channel.resume();
      return started.ended.then(() => true);
    });
    const isEnded = await Promise.race([ending.catch(() => false), pause(grace, false, { ref: false })]);
    channel.close();
    return isEnded;
  }
}
