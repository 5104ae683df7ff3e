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
  /** Text for its stdin; empty by default. */
  readonly input?: string;
}

export interface EndedInside {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of the testbed: a container with its own processes, network and engine. */
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

  /** PID of its first process on this machine. It changes when the machine boots. */
  get pid(): number {
    return this.#pid;
  }

  /** Path of the engine's socket on this machine, for `docker`. It changes when the machine boots. */
  get socket(): string {
    return `/proc/${this.#pid}/root/run/docker.sock`;
  }

  /**
   * Returns the command line that runs a command inside as root. The process inherits stdin, stdout, the terminal and
   * the environment. Signals are not forwarded: see `start`.
   */
  inside(command: readonly string[], cwd = '/root'): readonly string[] {
    const spaces = ['--mount', '--uts', '--ipc', '--net', '--pid'];
    return ['nsenter', '--target', `${this.#pid}`, ...spaces, '--', 'env', '--chdir', cwd, ...command];
  }

  /** Starts a command inside without waiting for its end. */
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

  /** Runs a command inside to its end. @throws if a signal ended it */
  async exec(command: readonly string[], how?: HowToRunInside): Promise<EndedInside> {
    const { exitCode: exit, signal, stdout, stderr } = await this.start(command, how).running;
    if (exit === undefined) throw new Error(`${command.join(' ')} in ${this.name} was ended by ${signal}`);
    return { exit, stdout, stderr };
  }

  /** Runs a command, and returns its output. @throws if it fails */
  async run(command: readonly string[], how?: HowToRunInside): Promise<string> {
    const { exit, stdout, stderr } = await this.exec(command, how);
    if (exit !== 0) throw new Error(`${command.join(' ')} in ${this.name} ended with ${exit}:\n${stderr}`);
    return stdout;
  }

  /** Runs a command of this machine in the network namespace of the testbed machine, whose 127.0.0.1 it uses. */
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

  /** Runs the docker command line against the engine of this machine. @throws if it fails */
  async docker(...words: readonly string[]): Promise<string> {
    return (await docker(words, { socket: this.socket })).stdout;
  }

  /** Forwards a port of 127.0.0.1 to a port of 127.0.0.1 inside, until the machine ends. */
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

  /** Stops the engine with every container. */
  async stopEngine(): Promise<void> {
    await this.run(['machine-engine', 'stop']);
  }

  /** Kills the engine; its containers continue. */
  async killEngine(): Promise<void> {
    await this.run(['machine-engine', 'kill']);
  }

  /** @throws an error with the last output of the engine if it does not answer in time */
  async untilEngineAnswers(): Promise<void> {
    const log = `/proc/${this.#pid}/root/var/log/dockerd.log`;
    const lastWords = () => (existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'it did not start');
    await untilEngineAnswers(this.socket, () => `no engine answers in ${this.name}: ${lastWords()}`);
  }

  /** Cuts the power permanently. */
  async powerOff(): Promise<void> {
    this.#closeForwarded();
    countMachineCpu(this.#pid);
    await docker(['kill', this.name]);
  }

  /** Shuts the machine down, and boots it. Forwarded ports are closed. */
  async reboot(): Promise<void> {
    countMachineCpu(this.#pid);
    await this.#boot(['restart', '--time', '20', this.name]);
  }

  /** Cuts the power without a shutdown, and boots the machine. Forwarded ports are closed. */
  async powerCut(): Promise<void> {
    await this.powerOff();
    await this.#boot(['start', this.name]);
  }

  /** Removes the machine and its disk. */
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

/** Returns the folder of the part of a machine's disk that outlives the container: the data of its engine. */
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
