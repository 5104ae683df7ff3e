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

/**
 * A production host that over SSH looks like a server in the cloud: Debian 13 with an engine, Compose v2 and the user
 * `david`.
 */
export interface Server {
  readonly machine: Machine;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: 'david';
  /** Path of a private key that `user` can log in with. */
  readonly keyFile: string;
  /** A known_hosts file with all of its host keys. */
  readonly knownHostsFile: string;
}

export interface ServerSettings {
  /** Name of the server; tests of a checkout with the same name share it. */
  readonly name?: string;
  /** Whether to recreate it, so that it is in its original state. */
  readonly fresh?: boolean;
  /** Flags of its SSH server, such as `-o PerSourcePenalties=yes`, from its creation on. */
  readonly sshd?: string;
}

/** Containers of the servers that this process uses. */
const asked = new Set<string>();

/** Cuts the power of the servers of this process, so that they use no CPU time after their test file. */
export async function switchOffServers(): Promise<void> {
  for (const container of asked) {
    const running = ['container', 'ls', '--quiet', '--filter', `name=^${container}$`];
    if ((await docker(running)).stdout !== '') await (await Machine.of(container)).powerOff();
  }
  asked.clear();
}

/**
 * Returns the production host, which stays for the next test run. Starts it if it is stopped, and creates it if it does
 * not exist or if its image is outdated. The testbed must be up.
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

/** Returns null if the container does not exist, or was created from an outdated image. */
async function existing(container: string): Promise<Machine | null> {
  const words = ['--all', '--filter', `name=^${container}$`, '--format', '{{.State}} {{.Image}}'];
  const [state = '', image = ''] = (await docker(['container', 'ls', ...words])).stdout.split(' ');
  // For an image that lost its tag, the id is shown.
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
  // A fixed address, because one that the engine chooses would change when the host boots.
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

/** Waits until the server has its three host keys, which it generates at its first boot. */
async function hostKeys(port: number): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { stdout } = await execa('ssh-keyscan', ['-p', `${port}`, '127.0.0.1'], { reject: false });
    if (['ssh-ed25519', 'ecdsa-sha2-', 'ssh-rsa'].every((type) => stdout.includes(type)))
      return `${stdout}\n`;
    await pause(100);
  }
  throw new Error(`no SSH server answers on port ${port}`);
}
