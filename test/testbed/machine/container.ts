import { mkdirSync } from 'node:fs';
import { docker } from '../docker.ts';
import { machineTag } from '../images/pins.ts';
import type { Network } from '../networks.ts';
import { label } from '../places.ts';
import { diskOf, Machine } from './machine.ts';

export interface MachineContainer {
  readonly name: string;
  readonly network: Network;
  /** PID of the process that it belongs to; without one, it stays until it is removed. */
  readonly owner?: number;
  /** The checkout whose test runs share it. */
  readonly checkout?: string;
  /** Shared folders, by whether they are writable. */
  readonly readOnly?: readonly string[];
  readonly readWrite?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ports inside, by the forwarded ports of 127.0.0.1. */
  readonly publish?: Readonly<Record<number, number>>;
}

/** Label of a machine: PID of the process that it belongs to. */
export const ownerLabel = `${label}.owner`;

/** Label of a machine: folder of the checkout that it belongs to. */
export const checkoutLabel = `${label}.checkout`;

/**
 * The rights that an engine in a container needs. `--privileged` would require every capability, and root of a virtual
 * machine may lack one.
 */
const rights = [
  ...['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'SYSLOG'].flatMap((one) => ['--cap-add', one]),
  ...['seccomp', 'apparmor', 'systempaths'].flatMap((one) => ['--security-opt', `${one}=unconfined`]),
  ...['--device-cgroup-rule', 'a *:* rwm'],
];

/** Starts a machine with the disk of its name, and waits for its engine. */
export async function runMachine(wanted: MachineContainer): Promise<Machine> {
  const { name, network, owner, checkout, readOnly = [], readWrite = [], env = {}, publish = {} } = wanted;
  const disk = diskOf(name);
  mkdirSync(disk, { recursive: true });
  const options = [
    ...['--name', name, '--hostname', name, '--network', network.name, '--memory', '2g', '--init'],
    ...['--label', `${label}=machine`, ...(owner === undefined ? [] : ['--label', `${ownerLabel}=${owner}`])],
    ...(checkout === undefined ? [] : ['--label', `${checkoutLabel}=${checkout}`]),
    ...(network.internal ? ['--env', 'NAMESERVER=127.0.0.1'] : []),
    // overlay2 does not work on an overlay, which is the file system of a container.
    ...['--volume', `${disk}:/var/lib/docker`],
    ...readOnly.flatMap((folder) => ['--volume', `${folder}:${folder}:ro`]),
    ...readWrite.flatMap((folder) => ['--volume', `${folder}:${folder}`]),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...Object.entries(publish).flatMap(([there, here]) => ['--publish', `127.0.0.1:${here}:${there}`]),
  ];
  await docker(['run', '--detach', ...rights, ...options, machineTag]);
  const machine = await Machine.of(name);
  await machine.untilEngineAnswers();
  return machine;
}
