import { mkdirSync } from 'node:fs';
import { docker } from '../docker.ts';
import { machineTag } from '../images/pins.ts';
import type { Network } from '../networks.ts';
import { label } from '../places.ts';
import { diskOf, Machine } from './machine.ts';

export interface MachineContainer {
  readonly name: string;
  readonly network: Network;
  /** The process that it is there for; without one, it stays until it is removed. */
  readonly owner?: number;
  /** The checkout whose tests it is there for, in one run after another. */
  readonly checkout?: string;
  /** Folders that are the same inside, by whether they may be written. */
  readonly readOnly?: readonly string[];
  readonly readWrite?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Ports inside by the ports of 127.0.0.1 that lead to them. */
  readonly publish?: Readonly<Record<number, number>>;
}

/** On a machine, the number of the process that it is there for. */
export const ownerLabel = `${label}.owner`;

/** On a machine, the folder of the checkout that it is there for. */
export const checkoutLabel = `${label}.checkout`;

/**
 * What an engine in a container needs, instead of `--privileged`: that asks for every capability, and root of a
 * virtual machine may lack one.
 */
const rights = [
  ...['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'SYSLOG'].flatMap((one) => ['--cap-add', one]),
  ...['seccomp', 'apparmor', 'systempaths'].flatMap((one) => ['--security-opt', `${one}=unconfined`]),
  ...['--device-cgroup-rule', 'a *:* rwm'],
];

/** Runs a machine on the disk of its name, and waits for its engine. */
export async function runMachine(wanted: MachineContainer): Promise<Machine> {
  const { name, network, owner, checkout, readOnly = [], readWrite = [], env = {}, publish = {} } = wanted;
  const disk = diskOf(name);
  mkdirSync(disk, { recursive: true });
  const options = [
    ...['--name', name, '--hostname', name, '--network', network.name, '--memory', '2g', '--init'],
    ...['--label', `${label}=machine`, ...(owner === undefined ? [] : ['--label', `${ownerLabel}=${owner}`])],
    ...(checkout === undefined ? [] : ['--label', `${checkoutLabel}=${checkout}`]),
    ...(network.internal ? ['--env', 'NAMESERVER=127.0.0.1'] : []),
    // overlay2 cannot lie on an overlay, which is what a container's own disk is.
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
