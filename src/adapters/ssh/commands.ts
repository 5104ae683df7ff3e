import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import endGroupScript from '../../../assets/remote/end-group.sh';
import { FileFault, type Given, type Processes, type ProcessResult } from '../../domain/ports.ts';
import { ProblemError } from '../../domain/problem.ts';
import { namedBy, scriptCommand } from '../../domain/shell-script.ts';
import { endRead, linesOf } from '../output-lines.ts';
import { type Framing, framed, headingOf } from './framed.ts';
import type { Link, Live } from './link.ts';
import { lockLost, shellFailed, timedOut } from './link-problems.ts';
import type { LockToken } from './options.ts';
import { quoteLine } from './quote.ts';

/** The exit code of frame.sh for a lock that is not held any more: no program of ours has it. */
const notHeld = 179;

type Argv = readonly [string, ...string[]];

/** A running command. What the channel still has to be read is its output. */
interface Started {
  readonly channel: ClientChannel;
  /** False if there is no such program, or if it may not be run. */
  readonly found: boolean;
  /** Its process id on the host; it leads a process group. */
  readonly pid: string;
  readonly marker: string;
  /** The exit code when its channel has closed; null if a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Characters of a command in a problem. */
const shown = 160;

/** Milliseconds that a command may take to end. */
const grace = 5000;

/** Runs commands in the folders of a host. */
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
   * Runs a command. One with a listener for its lines is a change, and may take its time as long as it prints; any other
   * has one limit for all of it. A change is not made if another rollout has taken the lock.
   * @throws ProblemError if it takes too long, or if the link or the lock is lost; FileFault if the folder does not exist
   */
  async run(
    argv: Argv,
    cwd: string | null,
    signal: AbortSignal,
    onLine?: (line: string) => void,
    { input }: Given = {},
  ): Promise<ProcessResult> {
    const lock = onLine === undefined ? null : this.#lock();
    const framing: Framing = { input: input === undefined ? 'none' : 'sent', lock };
    const result = await this.#link.use(async (live) => {
      signal.throwIfAborted();
      const started = await this.start(live, argv, cwd ?? '/', framing);
      if (!started.found) {
        started.channel.close();
        return { exitCode: 127, stdout: '', stderr: '', notFound: true };
      }
      if (input !== undefined) started.channel.end(input);
      return this.#result(live, started, argv, signal, onLine);
    });
    if (lock !== null && result.exitCode === notHeld) throw new ProblemError(lockLost(this.#link.name));
    return result;
  }

  /**
   * Starts a command.
   * @throws FileFault if the folder does not exist; ProblemError if no command runs at all
   */
  async start(
    { connection, sessions }: Live,
    argv: Argv,
    cwd: string,
    framing: Framing,
    stay: 'brief' | 'lasting' = 'brief',
  ): Promise<Started> {
    const { line, marker } = framed(posix.resolve(this.#root, cwd), argv, framing);
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
      throw new ProblemError(shellFailed(this.#link.name, noise));
    }
    const [said = '', pid = ''] = word.split(' ');
    if (said === 'ready' || said === 'missing') {
      return { channel, found: said === 'ready', pid, marker, ended };
    }
    channel.close();
    throw new FileFault('enter the folder', cwd, said, { host: this.#link.name });
  }

  /** Waits for the heading for a limited time: the login shell's start-up files may wait for something forever. */
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
        timedOut(this.#link.name, quoteLine(namedBy(argv)).slice(0, shown), limit, onLine !== undefined);
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
        // The channel may close before all of stderr was read.
        Promise.all([ended, endRead(channel.stderr)]).then(([exitCode]) => {
          // A command that was cut off has no exit code, and that must not count as a failure of the command.
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
   * Ends a command with all that it started. Closing its channel would end nothing, and sshd passes signals on only if
   * the user is not root (session.c, session_signal_req), so another command does it. If no session is left for that
   * (sshd frees none before its command has ended), the next operation logs in again.
   */
  async #end(live: Live, channel: ClientChannel, pid: string): Promise<boolean> {
    channel.signal('TERM');
    const { argv, input } = scriptCommand('end-group.sh', endGroupScript, [pid]);
    const ending = this.start(live, argv, '/', { input: 'sent', lock: null }).then((started) => {
      started.channel.resume();
      started.channel.end(input);
      return started.ended.then(() => true);
    });
    const isEnded = await Promise.race([ending.catch(() => false), pause(grace, false, { ref: false })]);
    channel.close();
    return isEnded;
  }
}

function endOf(channel: ClientChannel): Promise<number | null> {
  let exitCode: number | null = null;
  channel.once('exit', (code: number | null) => {
    exitCode = code;
  });
  channel.on('error', () => undefined); // the channel closes after it
  return new Promise((ended) => channel.once('close', () => ended(exitCode)));
}
