import { execa } from 'execa';
import { docker, labelled } from './docker.ts';
import { label, prefix } from './places.ts';

export interface Network {
  readonly name: string;
  readonly subnet: string;
  readonly internal: boolean;
}

/** The networks of the bed's machines. */
export const networks = {
  /** With a way out, which publishing a port takes. */
  open: { name: prefix, subnet: '10.231.0.0/24', internal: false },
  /** Without: for an engine in it there is no registry, wherever the tests run. */
  alone: { name: `${prefix}-alone`, subnet: '10.231.1.0/24', internal: true },
} as const satisfies Readonly<Record<string, Network>>;

/** Makes the networks that are missing. */
export async function haveNetworks(): Promise<void> {
  const { stdout } = await docker(['network', 'ls', '--filter', `label=${label}`, '--format', '{{.Name}}']);
  const there = stdout.split('\n');
  for (const { name, subnet, internal } of Object.values(networks)) {
    if (there.includes(name)) continue;
    const kind = internal ? ['--internal'] : [];
    await docker(['network', 'create', '--label', label, '--subnet', subnet, ...kind, name]);
    // While the bridge is away its addresses would be somebody else's, by way of the default gateway.
    await route('replace', subnet);
  }
}

/** Removes what `haveNetworks` made. */
export async function removeNetworks(): Promise<void> {
  for (const id of await labelled('network', label)) await docker(['network', 'rm', id]);
}

/** Lets the addresses of networks that are gone be reached again. */
export async function removeRoutes(): Promise<void> {
  for (const { subnet } of Object.values(networks)) await route('del', subnet).catch(() => undefined);
}

/** The metric makes it the last choice: a bridge that is there comes first. */
async function route(verb: 'replace' | 'del', network: string): Promise<void> {
  await execa('ip', ['route', verb, 'unreachable', network, 'metric', '4096']);
}
