import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { docker } from './docker.ts';
import { freePort } from './free-port.ts';
import { machineTag } from './images/pins.ts';
import { withLock } from './lock.ts';
import { runMachine } from './machine/container.ts';
import { Machine, removeMachine } from './machine/machine.ts';
import { sow } from './machine/seed.ts';
import { networks } from './networks.ts';
import { cache, checkout, checkoutId, prefix } from './places.ts';

/** A server in the cloud, as far as one can tell by SSH: Debian 13 with an engine, compose v2 and the user `david`. */
export interface Server {
  readonly machine: Machine;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: 'david';
  /** The private key that logs `user` in. */
  readonly keyFile: string;
  /** A known_hosts file with all of its host keys. */
  readonly knownHostsFile: string;
}

export interface ServerSettings {
  /** One of several; tests of a checkout that ask for the same name share it. */
  readonly name?: string;
  /** As on its first day, whatever was done to it. */
  readonly fresh?: boolean;
  /** Flags of its SSH server, such as `-o PerSourcePenalties=yes`. They hold from the first day on. */
  readonly sshd?: string;
}

/** Containers of the droplets that this process has asked for. */
const asked = new Set<string>();

/** Takes the power from the droplets of this process: what a test file is done with costs the others nothing. */
export async function switchOffServers(): Promise<void> {
  for (const container of asked) {
    const running = ['container', 'ls', '--quiet', '--filter', `name=^${container}$`];
    if ((await docker(running)).stdout !== '') await (await Machine.of(container)).powerOff();
  }
  asked.clear();
}

/**
 * The production host, which stays for the next test run: started where it is not running, made where there is none or
 * where machines have changed. The bed must be up.
 */
export function startServer({
  name = 'droplet',
  fresh = false,
  sshd = '',
}: ServerSettings = {}): Promise<Server> {
  return withLock(`${checkoutId}-${name}`, async () => {
    const container = `${prefix}-${checkoutId}-${name}`;
    asked.add(container);
    const folder = join(cache, 'droplets', checkoutId, name);
    const keyFile = join(folder, 'id_ed25519');
    const portFile = join(folder, 'port');
    const knownHostsFile = join(folder, 'known_hosts');
    const settings = { container, keyFile, portFile, knownHostsFile, sshd };
    const running = fresh ? null : await existing(container);
    const machine = running ?? (await make(settings));
    const port = Number(readFileSync(portFile, 'utf8'));
    return { machine, host: '127.0.0.1', port, user: 'david', keyFile, knownHostsFile };
  });
}

/** Null where there is none, or where it was made of another image than a machine is made of now. */
async function existing(container: string): Promise<Machine | null> {
  const words = ['--all', '--filter', `name=^${container}$`, '--format', '{{.State}} {{.Image}}'];
  const [state = '', image = ''] = (await docker(['container', 'ls', ...words])).stdout.split(' ');
  // Of an image that lost its tag, the id is shown.
  if (image !== machineTag) return null;
  if (state !== 'running') await docker(['container', 'start', container]);
  const machine = await Machine.of(container);
  await machine.untilEngineAnswers();
  return machine;
}

interface Making {
  readonly container: string;
  readonly keyFile: string;
  readonly portFile: string;
  readonly knownHostsFile: string;
  readonly sshd: string;
}

async function make({ container, keyFile, portFile, knownHostsFile, sshd }: Making): Promise<Machine> {
  await removeMachine(container);
  mkdirSync(join(keyFile, '..'), { recursive: true });
  if (!existsSync(keyFile)) {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'testbed', '-f', keyFile]);
  }
  // It stays the production host's: one that the engine chooses would change when it boots.
  const port = await freePort();
  await sow(container);
  const machine = await runMachine({
    name: container,
    network: networks.open,
    checkout,
    env: { AUTHORIZED_KEY: readFileSync(`${keyFile}.pub`, 'utf8').trim(), SSHD_FLAGS: sshd },
    publish: { 22: port },
  });
  writeFileSync(knownHostsFile, await hostKeys(port));
  writeFileSync(portFile, `${port}`);
  return machine;
}

/** Asks until it has the three that a server has: it makes them when it boots for the first time. */
async function hostKeys(port: number): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await execa('ssh-keyscan', ['-p', `${port}`, '127.0.0.1'], { reject: false });
    if (['ssh-ed25519', 'ecdsa-sha2-', 'ssh-rsa'].every((type) => stdout.includes(type)))
      return `${stdout}\n`;
    await pause(100);
  }
  throw new Error(`no SSH server answers on port ${port}`);
}
