import { execa } from 'execa';
import { z } from 'zod';
import { docker, labelled } from './docker.ts';
import { label, prefix } from './places.ts';
import { freeSubnets } from './subnets.ts';

export interface Network {
  readonly name: string;
  readonly internal: boolean;
}

/** The networks of the testbed's machines. */
export const networks = {
  /** With access to the outside, which published ports need. */
  open: { name: prefix, internal: false },
  /** Without access to the outside, so that an engine in it never reaches a registry. */
  alone: { name: `${prefix}-alone`, internal: true },
} as const satisfies Readonly<Record<string, Network>>;

/** Number of an unnamed routing protocol that marks the routes of the testbed, so that `down` finds them. */
const protocol = '231';

/** Makes the networks that are missing, in subnets that no other network or route of this machine uses. */
export async function haveNetworks(): Promise<void> {
  const { stdout } = await docker(['network', 'ls', '--filter', `label=${label}`, '--format', '{{.Name}}']);
  const existing = stdout.split('\n');
  for (const network of Object.values(networks)) {
    if (existing.includes(network.name)) continue;
    const subnet = await create(network);
    // While the bridge is down, packets to its addresses would go to the default gateway. The high metric makes this
    // route the last choice.
    await execa('ip', ['route', 'replace', 'unreachable', subnet, 'metric', '4096', 'proto', protocol]);
  }
}

/** Returns a /24 subnet that no network or route of this machine uses. @throws if there is none */
export async function freeSubnet(): Promise<string> {
  const [first] = freeSubnets([...(await subnetsOfEngine()), ...(await routesOfMachine())]);
  if (first === undefined) throw new Error('No private subnet is free.');
  return first;
}

/** Creates a network in the first subnet that the engine accepts. @throws if there is none */
async function create({ name, internal }: Network): Promise<string> {
  const kind = internal ? ['--internal'] : [];
  for (const subnet of freeSubnets([...(await subnetsOfEngine()), ...(await routesOfMachine())])) {
    try {
      await docker(['network', 'create', '--label', label, '--subnet', subnet, ...kind, name]);
      return subnet;
    } catch (error) {
      // Another program may have taken the subnet in the meantime.
      if (!String(error).includes('overlaps')) throw error;
    }
  }
  throw new Error('No private subnet is free for the networks of the testbed.');
}

async function subnetsOfEngine(): Promise<readonly string[]> {
  const ids = (await docker(['network', 'ls', '--quiet'])).stdout.split('\n');
  const format = '{{range .IPAM.Config}}{{.Subnet}} {{end}}';
  const { stdout } = await docker(['network', 'inspect', '--format', format, ...ids]);
  return stdout.split(/\s+/).filter((subnet) => /^[\d.]+\/\d+$/.test(subnet));
}

const routesSchema = z.array(z.object({ dst: z.string() }));

/** Returns the subnets that this machine does not reach through its default gateway. */
async function routesOfMachine(): Promise<readonly string[]> {
  const { stdout } = await execa('ip', ['-json', '-4', 'route', 'show']);
  const routes = routesSchema.parse(JSON.parse(stdout || '[]'));
  return routes.map(({ dst }) => dst).filter((subnet) => /^[\d.]+(?:\/\d+)?$/.test(subnet));
}

/** Returns the address of this machine in a network: by default the first of its subnet. */
export async function bridgeAddress({ name }: Network): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Subnet}}';
  const { stdout } = await docker(['network', 'inspect', '--format', format, name]);
  return stdout.trim().replace(/\.0\/24$/, '.1');
}

/** Removes the networks and routes of `haveNetworks`. */
export async function removeNetworks(): Promise<void> {
  for (const id of await labelled('network', label)) await docker(['network', 'rm', id]);
}

/** Removes the routes that block the addresses of removed networks. */
export async function removeRoutes(): Promise<void> {
  await execa('ip', ['route', 'flush', 'proto', protocol], { reject: false });
}
