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
  /** With a way out, which publishing a port takes. */
  open: { name: prefix, internal: false },
  /** Without: for an engine in it there is no registry, wherever the tests run. */
  alone: { name: `${prefix}-alone`, internal: true },
} as const satisfies Readonly<Record<string, Network>>;

/** Marks the testbed's routes in the kernel's table, so that `down` finds them: a routing protocol without a name. */
const protocol = '231';

/** Makes the networks that are missing, in subnets that no other network or route of this machine uses. */
export async function haveNetworks(): Promise<void> {
  const { stdout } = await docker(['network', 'ls', '--filter', `label=${label}`, '--format', '{{.Name}}']);
  const existing = stdout.split('\n');
  for (const network of Object.values(networks)) {
    if (existing.includes(network.name)) continue;
    const subnet = await create(network);
    // While the bridge is away, its addresses would go to the default gateway. The metric makes it the last choice.
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
      // Another program may have taken it in this moment.
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

/** Returns the subnets that this machine reaches otherwise than by its default gateway. */
async function routesOfMachine(): Promise<readonly string[]> {
  const { stdout } = await execa('ip', ['-json', '-4', 'route', 'show']);
  const routes = routesSchema.parse(JSON.parse(stdout || '[]'));
  return routes.map(({ dst }) => dst).filter((subnet) => /^[\d.]+(?:\/\d+)?$/.test(subnet));
}

/** Returns the address of this machine in a network: the first of its subnet, if the engine was not told another. */
export async function bridgeAddress({ name }: Network): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Subnet}}';
  const { stdout } = await docker(['network', 'inspect', '--format', format, name]);
  return stdout.trim().replace(/\.0\/24$/, '.1');
}

/** Removes what `haveNetworks` made. */
export async function removeNetworks(): Promise<void> {
  for (const id of await labelled('network', label)) await docker(['network', 'rm', id]);
}

/** Lets the addresses of networks that are gone be reached again. */
export async function removeRoutes(): Promise<void> {
  await execa('ip', ['route', 'flush', 'proto', protocol], { reject: false });
}
