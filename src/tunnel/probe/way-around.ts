import { z } from 'zod';
import { ownAddress } from '../../argv/own-address.ts';
import { NetworkFault } from '../../domain/ports.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { endpoints, isAsWanted, query } from '../answers.ts';

const routeSchema = z.tuple([z.looseObject({ prefsrc: z.string() })], z.unknown());

/**
 * The address of the droplet whose port 80 answers for the public name as PostgREST does: who asks there comes around
 * Cloudflare. Asked on the droplet itself, so a firewall before it is not seen. Null where none answers so.
 */
export async function wayAround(context: Context): Promise<string | null> {
  const { host } = productionStack(context);
  const { config, signal } = context;
  const routed = await host.processes.run(ownAddress, null, signal);
  if (routed.exitCode !== 0) return null;
  const [{ prefsrc }] = routeSchema.parse(JSON.parse(routed.stdout));
  try {
    const path = `${endpoints[0].path}${query}`;
    const answer = await host.get(80, path, { host: config.publicHost }, signal, prefsrc);
    return isAsWanted('stranger', answer) ? prefsrc : null;
  } catch (error) {
    if (error instanceof NetworkFault) return null;
    throw error;
  }
}
