import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { docker } from '../docker.ts';
import { untilEngineAnswers } from '../engine.ts';
import { cache } from '../places.ts';
import { countMachineCpu } from './cpu.ts';
import { type Forwarded, forward } from './forward.ts';

export interface HowToRunInside {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from stdin; without it, stdin is empty. */
  readonly input?: string;
}

export interface EndedInside {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of the testbed: a container with processes, a network and an engine of its own. */
export class Machine implements AsyncDisposable {
  readonly name: string;
  readonly #forwarded: Forwarded[] = [];
  #pid: number;

  private constructor(name: string, pid: number) {
    this.name = name;
    this.#pid = pid;
  }

  /** The machine in a running container. */
  static async of(name: string): Promise<Machine> {
    return new Machine(name, await pidOf(name));
  }

  /** Its first process, as this side sees it. It changes when the machine boots. */
  get pid(): number {
    return this.#pid;
  }

  /** The engine's socket, as this side sees it: for `docker` of this side. It changes when the machine boots. */
  get socket(): string {
    return `/proc/${this.#pid}/root/run/docker.sock`;
  }

  /**
   * The words that run a command inside, as root. The process is a child of the process that starts them: its input, its
   * output and its terminal are theirs, and so are the environment and nothing else. A signal does not go through:
   * see `start`.
   */
  inside(command: readonly string[], cwd = '/root'): readonly string[] {
    const spaces = ['--mount', '--uts', '--ipc', '--net', '--pid'];
    return ['nsenter', '--target', `${this.#pid}`, ...spaces, '--', 'env', '--chdir', cwd, ...command];
  }

  /** Starts a command inside, and does not wait for its end. */
  start(command: readonly string[], { cwd, env, input }: HowToRunInside = {}) {
    const [program = '', ...words] = this.inside(command, cwd);
    const running = execa(program, words, {
      extendEnv: false,
      env: { ...environmentInside, ...env },
      input: input ?? '',
      reject: false,
      stripFinalNewline: false,
    });
    /** Signals the command itself, which nsenter, its parent, would not. */
    const signal = (name: NodeJS.Signals): void => {
      for (const pid of childrenOf(running.pid)) process.kill(pid, name);
    };
    return { running, signal };
  }

  /** Runs a command inside to its end. @throws where a signal ended it */
  async exec(command: readonly string[], how?: HowToRunInside): Promise<EndedInside> {
    const { exitCode: exit, signal, stdout, stderr } = await this.start(command, how).running;
    if (exit === undefined) throw new Error(`${command.join(' ')} in ${this.name} was ended by ${signal}`);
    return { exit, stdout, stderr };
  }

  /** Runs a command that is expected to succeed, and gives what it prints. @throws where it fails */
  async run(command: readonly string[], how?: HowToRunInside): Promise<string> {
    const { exit, stdout, stderr } = await this.exec(command, how);
    if (exit !== 0) throw new Error(`${command.join(' ')} in ${this.name} ended with ${exit}:\n${stderr}`);
    return stdout;
  }

  /** Runs a command of this side on the machine's network alone: its 127.0.0.1 is the machine's. */
  async onNetwork(
    command: readonly string[],
    { cwd, env, input }: HowToRunInside = {},
  ): Promise<EndedInside> {
    const words = ['--target', `${this.#pid}`, '--net', '--', ...command];
    const how = { ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) };
    const ended = await execa('nsenter', words, {
      ...how,
      input: input ?? '',
      reject: false,
      stripFinalNewline: false,
    });
    if (ended.exitCode === undefined) throw new Error(`${command.join(' ')} was ended by ${ended.signal}`);
    return { exit: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
  }

  /** Runs docker's command line against this machine's engine. @throws where it fails */
  async docker(...words: readonly string[]): Promise<string> {
    return (await docker(words, { socket: this.socket })).stdout;
  }

  /** Opens a port of 127.0.0.1 that leads to a port of 127.0.0.1 inside; it closes with the machine. */
  async forward(port: number): Promise<number> {
    const forwarded = await forward(this.#pid, port);
    this.#forwarded.push(forwarded);
    return forwarded.port;
  }

  /** Starts the engine, and waits until it answers. */
  async startEngine(): Promise<void> {
    await this.run(['machine-engine', 'start']);
    await this.untilEngineAnswers();
  }

  /** Stops the engine, and with it every container. */
  async stopEngine(): Promise<void> {
    await this.run(['machine-engine', 'stop']);
  }

  /** Kills the engine; its containers go on without it. */
  async killEngine(): Promise<void> {
    await this.run(['machine-engine', 'kill']);
  }

  /** @throws with the engine's last words where it does not answer in time */
  async untilEngineAnswers(): Promise<void> {
    const log = `/proc/${this.#pid}/root/var/log/dockerd.log`;
    const lastWords = () => (existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'it did not start');
    await untilEngineAnswers(this.socket, () => `no engine answers in ${this.name}: ${lastWords()}`);
  }

  /** Takes its power away for good. */
  async powerOff(): Promise<void> {
    this.#closeForwarded();
    countMachineCpu(this.#pid);
    await docker(['kill', this.name]);
  }

  /** Shuts the machine down, and boots it. What was forwarded is closed. */
  async reboot(): Promise<void> {
    countMachineCpu(this.#pid);
    await this.#boot(['restart', '--time', '20', this.name]);
  }

  /** Takes its power away, with no time for anything, and boots it. What was forwarded is closed. */
  async powerCut(): Promise<void> {
    await this.powerOff();
    await this.#boot(['start', this.name]);
  }

  /** Removes the machine, and its disk. */
  async remove(): Promise<void> {
    this.#closeForwarded();
    countMachineCpu(this.#pid);
    await removeMachine(this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  async #boot(words: readonly string[]): Promise<void> {
    this.#closeForwarded();
    await docker(words);
    this.#pid = await pidOf(this.name);
    await this.untilEngineAnswers();
  }

  #closeForwarded(): void {
    for (const one of this.#forwarded.splice(0)) one.close();
  }
}

/** The folder that is a machine's disk, as far as it outlives the container: what its engine keeps. */
export function diskOf(name: string): string {
  return join(cache, 'machines', name);
}

/** Removes a machine by its name, running or not. */
export async function removeMachine(name: string): Promise<void> {
  await docker(['container', 'rm', '--force', '--volumes', name]);
  await rm(diskOf(name), { recursive: true, force: true });
}

const environmentInside = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
};

async function pidOf(name: string): Promise<number> {
  const { stdout } = await docker(['container', 'inspect', '--format', '{{.State.Pid}}', name]);
  const pid = Number(stdout);
  if (pid === 0) throw new Error(`the machine ${name} does not run`);
  return pid;
}

function childrenOf(pid: number | undefined): readonly number[] {
  if (pid === undefined || !existsSync(`/proc/${pid}`)) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}
