import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import masterScript from '../../../../assets/local/ssh-master.sh';
import { sshEnvironment } from '../../child-environment.ts';
import { errnoOf } from '../../errno.ts';
import type { SshOptions } from '../options.ts';
import { Prompts, programIn } from './prompts.ts';
import { SshLog } from './ssh-log.ts';

/**
 * The longest folder for temporary files that is used, in bytes. A socket's path has at most 104 bytes on some systems
 * (unix(4) of BSD), and ssh adds 17 to that of its ControlPath while it creates it.
 */
const longestFolder = 60;

/** Milliseconds between two checks whether the socket of the master exists. */
const interval = 15;

/** A process of ssh that has a connection of its own, which channels are opened through (ssh_config(5), ControlMaster). */
export class Master {
  readonly log = new SshLog();
  readonly folder: string;
  /** Resolves when the process and all of its output have ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #prompts: Prompts;
  #isEnded = false;

  private constructor(folder: string, child: ChildProcess, prompts: Prompts) {
    this.folder = folder;
    this.#child = child;
    this.#prompts = prompts;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.log.add(text));
    child.stdin?.on('error', () => undefined); // it has ended: 'close' follows
    this.ended = new Promise((ended) => {
      const end = () => {
        this.#isEnded = true;
        this.#prompts.close();
        rm(folder, { recursive: true, force: true }).then(ended, ended);
      };
      child.once('error', end).once('close', end);
    });
  }

  /**
   * Starts `ssh` with a ControlPath in a new folder that only this user can enter.
   * @param words arguments of ssh: its options and its destination
   */
  static async start(
    words: readonly string[],
    environment: SshOptions['environment'],
    answer: Parameters<typeof Prompts.listen>[1],
  ): Promise<Master> {
    const own = environment.TMPDIR || tmpdir();
    const temporary = Buffer.byteLength(own) > longestFolder ? '/tmp' : own;
    const folder = await mkdtemp(join(temporary, 'erp-ssh-')); // mode 0700
    const prompts = await Prompts.listen(folder, answer);
    const ssh = ['ssh', '-M', '-S', controlPath(folder), '-N', '-T', ...words];
    // Detached: without a terminal ssh asks only through SSH_ASKPASS, and Ctrl-C does not reach it.
    const child = spawn('/bin/sh', ['-c', masterScript, 'ssh-master.sh', folder, ...ssh], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
      env: {
        ...sshEnvironment(environment),
        SSH_ASKPASS: programIn(folder),
        SSH_ASKPASS_REQUIRE: 'force',
        // Before OpenSSH 8.4, SSH_ASKPASS counts only if this is set.
        DISPLAY: environment.DISPLAY || ':',
      },
    });
    return new Master(folder, child, prompts);
  }

  /** Waits for the log-in. Returns a socket to the master; null if ssh has ended. */
  async connected(): Promise<Socket | null> {
    while (!this.#isEnded) {
      if (await exists(controlPath(this.folder))) return connect(controlPath(this.folder));
      await Promise.race([pause(interval), this.ended]);
    }
    return null;
  }

  /** Ends ssh with SIGTERM: it disconnects from the server first. */
  end(): void {
    this.#child.stdin?.end();
  }

  /** Ends ssh, and its proxy, at once. */
  kill(): void {
    if (this.#isEnded || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error;
    }
  }
}

const controlPath = (folder: string) => join(folder, 'm');

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
