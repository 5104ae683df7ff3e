import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { FileFault, type Processes, type ProcessResult } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { endRead, linesOf } from '../output-lines.ts';
import { framed, headingOf } from './framed.ts';
import type { Link, Live } from './link.ts';
import { foreignShell, lockLost, tooSlow } from './link-problems.ts';
import type { LockToken } from './options.ts';
import { quoteLine } from './quote.ts';

/** What a fenced command ends with where the lock is not held any more: no program of ours ends so. */
const notHeld = 179;
/**
 * $1 the file, $2 what it must hold, then the command, which shares a lock on the file for as long as it runs:
 * whoever takes over waits for that.
 */
const ifHeld = `[ -r "$1" ] && exec 8<"$1" && flock -s -w 10 8 && [ "$(cat -- "$1" 2>/dev/null)" = "$2" ] || exit ${notHeld}; shift 2; exec "$@"`;

type Argv = readonly [string, ...string[]];

/** A command that runs: its output begins where the channel's does. */
interface Started {
  readonly channel: ClientChannel;
  /** False where there is no such program, or it may not be run. */
  readonly found: boolean;
  /** Its process there, which leads a group of its own. */
  readonly pid: string;
  readonly marker: string;
  /** The exit code when its channel has closed; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Characters of a command in a problem. */
const shown = 160;

/** How long a command that was told to end may take, in milliseconds. */
const grace = 5000;

/** Commands in the folders of a host. */
export class Commands implements Processes {
  readonly #link: Link;
  readonly #root: string;

  readonly #lock: () => LockToken | null;

  /** @param root absolute */
  constructor(link: Link, root: string, lock: () => LockToken | null = () => null) {
    this.#link = link;
    this.#root = root;
    this.#lock = lock;
  }

  /**
   * A command whose lines are told is a change, and may take its time as long as it prints; any other is a
   * look, with one limit for all of it.
   * A change is not made where the lock is somebody else's by then.
   * @throws ProblemError where it takes too long, or the link or the lock is lost; FileFault where the folder
   * is not there
   */
  async run(
    argv: Argv,
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
  ): Promise<ProcessResult> {
    const lock = onLine === undefined ? null : this.#lock();
    if (lock === null) return this.#run(argv, cwd, signal, onLine);
    const fenced = ['/bin/sh', '-c', ifHeld, 'sh', lock.file, lock.token, ...argv] as const;
    const result = await this.#run(fenced, cwd, signal, onLine);
    if (result.exitCode === notHeld) throw new ProblemError(lockLost(this.#link.name));
    // What looked for the program found the shell that stands before it.
    return { ...result, notFound: result.exitCode === 127 };
  }

  #run(
    argv: Argv,
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
  ): Promise<ProcessResult> {
    return this.#link.use(async (live) => {
      signal.throwIfAborted();
      const started = await this.start(live, argv, cwd ?? '/', 'none');
      if (!started.found) {
        started.channel.close();
        return { exitCode: 127, stdout: '', stderr: '', notFound: true };
      }
      return this.#result(live, started, argv, signal, onLine);
    });
  }

  /** @throws FileFault where the folder is not there; ProblemError where no command runs at all */
  async start(
    { connection, sessions }: Live,
    argv: Argv,
    cwd: string,
    input: 'none' | 'sent',
    stay: 'brief' | 'lasting' = 'brief',
  ): Promise<Started> {
    const { line, marker } = framed(posix.resolve(this.#root, cwd), argv, input);
    let ended: Promise<number | null> = Promise.resolve(null);
    const channel = await sessions.open<ClientChannel>(
      (done) =>
        connection.client.exec(line, (error, opened: ClientChannel | undefined) => {
          // At once: a short command's end can come in the same packet.
          if (opened !== undefined) ended = endOf(opened);
          done(error, opened);
        }),
      stay,
    );
    const { word, noise } = await this.#inTime(connection, channel, headingOf(channel, marker));
    if (word === null) {
      channel.close();
      throw new ProblemError(foreignShell(this.#link.name, noise));
    }
    const [said = '', pid = ''] = word.split(' ');
    if (said === 'ready' || said === 'missing') {
      return { channel, found: said === 'ready', pid, marker, ended };
    }
    channel.close();
    throw new FileFault('enter the folder', cwd, said, { host: this.#link.name });
  }

  /** A login shell whose start-up files wait for something would wait for ever. */
  async #inTime<Answer>(
    connection: Live['connection'],
    channel: ClientChannel,
    answer: Promise<Answer>,
  ): Promise<Answer> {
    const limit = this.#link.limits.look;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await connection.answered<Answer>((resolve, reject) => {
        answer.then(resolve, reject);
        timer = setTimeout(() => {
          channel.close();
          reject(new ProblemError(tooSlow(this.#link.name, 'the login shell', limit, false)));
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
    onLine?: (line: string) => void,
  ): Promise<ProcessResult> {
    const { look, silence } = this.#link.limits;
    const limit = onLine === undefined ? look : silence;
    let timer: NodeJS.Timeout | undefined;
    let cutOff: (error: unknown) => void = () => undefined;
    const onAbort = () => cutOff(signal.reason);
    const watch = () => {
      clearTimeout(timer);
      const slow = () =>
        tooSlow(this.#link.name, quoteLine(argv).slice(0, shown), limit, onLine !== undefined);
      timer = setTimeout(() => cutOff(new ProblemError(slow())), limit);
    };
    const heard = onLine === undefined ? () => undefined : watch;
    const [out, err] = [linesOf(channel, heard, onLine), linesOf(channel.stderr, heard, onLine, marker)];
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
        // The channel's close does not wait for what is still to be read of the errors.
        Promise.all([ended, endRead(channel.stderr)]).then(([exitCode]) => {
          // One that was cut off answered nothing, and no "no" may be made of that.
          if (isCutOff && exitCode === null) return;
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
   * Ends a command with all that it started. Closing its channel would end nothing, and sshd passes signals
   * on only where the user is not root (session.c, session_signal_req), hence a command for it. Where that
   * finds no session (sshd frees none before its command has ended), the next operation logs in again.
   */
  async #end(live: Live, channel: ClientChannel, pid: string): Promise<boolean> {
    channel.signal('TERM');
    const ending = this.start(live, ['/bin/sh', '-c', endGroup, 'sh', pid], '/', 'none').then((started) => {
      started.channel.resume();
      return started.ended.then(() => true);
    });
    const isEnded = await Promise.race([ending.catch(() => false), pause(grace, false, { ref: false })]);
    channel.close();
    return isEnded;
  }
}

/** $1 the leader of a group: a second to end by itself, then the end. */
const endGroup =
  'kill -s TERM -- "-$1" 2>/dev/null || exit 0; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; kill -s 0 -- "-$1" 2>/dev/null || exit 0; done; kill -s KILL -- "-$1" 2>/dev/null';

function endOf(channel: ClientChannel): Promise<number | null> {
  let exitCode: number | null = null;
  channel.once('exit', (code: number | null) => {
    exitCode = code;
  });
  channel.on('error', () => undefined); // its close tells
  return new Promise((ended) => channel.once('close', () => ended(exitCode)));
}
