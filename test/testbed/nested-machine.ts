import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { runMachine } from './machine/container.ts';
import type { Machine } from './machine/machine.ts';
import { sow } from './machine/seed.ts';
import { networks } from './networks.ts';
import { checkout, prefix } from './places.ts';

/** Which compose a machine has: v1 is `docker-compose`, v2 `docker compose`. */
type ComposeOfMachine = 'v1' | 'v2' | 'both' | 'none';

export interface NestedMachineSettings {
  readonly compose?: ComposeOfMachine;
  /** Folders that are the same inside, and may be written there: the test run's, with the program and the workspaces. */
  readonly folders?: readonly string[];
  /** Folders that are the same inside, and may be read. `node_modules` is, without being named. */
  readonly readOnly?: readonly string[];
}

/**
 * A machine with an engine that a test may stop, fill and break; the engine holds the images that tests use, and no
 * registry is in reach. It goes with `remove`, at the latest when the testbed comes up after this process has ended.
 */
export async function nestedMachine(settings: NestedMachineSettings = {}): Promise<Machine> {
  const { compose = 'v2', folders = [], readOnly = [] } = settings;
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  await sow(name);
  const machine = await runMachine({
    name,
    network: networks.alone,
    owner: process.pid,
    // The program's libraries, and the Node that runs it.
    readOnly: [join(checkout, 'node_modules'), ...nodeElsewhere(), ...readOnly],
    readWrite: folders,
  });
  await haveOnly(machine, compose);
  return machine;
}

/** The folder of this Node, where it is not the checkout's. */
function nodeElsewhere(): readonly string[] {
  return process.execPath.startsWith(checkout) ? [] : [dirname(process.execPath)];
}

async function haveOnly(machine: Machine, compose: ComposeOfMachine): Promise<void> {
  if (compose === 'v1' || compose === 'both') {
    await machine.run(['ln', '-s', '/opt/compose-v1/docker-compose', '/usr/local/bin/docker-compose']);
  }
  if (compose === 'v1' || compose === 'none') {
    await machine.run(['rm', '/usr/libexec/docker/cli-plugins/docker-compose']);
  }
}
