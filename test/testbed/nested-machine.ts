import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { runMachine } from './machine/container.ts';
import type { Machine } from './machine/machine.ts';
import { sow } from './machine/seed.ts';
import { networks } from './networks.ts';
import { checkout, prefix } from './places.ts';

/** The versions of Compose on a machine: v1 is `docker-compose`, v2 is `docker compose`. */
type ComposeOfMachine = 'v1' | 'v2' | 'both' | 'none';

export interface NestedMachineSettings {
  readonly compose?: ComposeOfMachine;
  /** Shared writable folders: that of the test run, with the program and the workspaces. */
  readonly folders?: readonly string[];
  /** Shared read-only folders besides `node_modules`. */
  readonly readOnly?: readonly string[];
}

/**
 * Starts a machine with an engine that a test may stop, fill and break. The engine has the images of the tests and
 * reaches no registry. `remove` removes it, or the next start of the testbed after this process has ended.
 */
export async function nestedMachine(settings: NestedMachineSettings = {}): Promise<Machine> {
  const { compose = 'v2', folders = [], readOnly = [] } = settings;
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  await sow(name);
  const machine = await runMachine({
    name,
    network: networks.alone,
    owner: process.pid,
    // The libraries of the program, and its Node.
    readOnly: [join(checkout, 'node_modules'), ...nodeElsewhere(), ...readOnly],
    readWrite: folders,
  });
  await haveOnly(machine, compose);
  return machine;
}

/** Returns the folder of this Node if it is outside the checkout. */
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
