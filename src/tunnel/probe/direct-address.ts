import * as z from 'zod';
import { ownAddress } from '../../argv/host-facts.ts';
import { answerIn } from '../../domain/answer.ts';
import { NetworkFault } from '../../domain/ports/http.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { endpoints, isExpected, query } from '../answers.ts';

const routeSchema = z.tuple([z.looseObject({ prefsrc: z.string() })], z.unknown());

/**
 * Returns the address of the production host if its port 80 answers for the public hostname, so that requests can
 * bypass Cloudflare; null if it does not. The request is made on the host itself, so a firewall in front of it has no effect.
 */
export async function directAddress(context: Context): Promise<string | null> {
  const { host } = productionStack(context);
  const { config, signal } = context;
  const routed = await host.processes.run(ownAddress, null, signal);
  if (routed.exitCode !== 0) return null;
  const [{ prefsrc }] = routeSchema.parse(answerIn(routed.stdout));
  try {
    const path = `${endpoints[0].path}${query}`;
    const answer = await host.get(80, path, { host: config.publicHost }, signal, prefsrc);
    return isExpected('stranger', answer) ? prefsrc : null;
  } catch (error) {
    if (error instanceof NetworkFault) return null;
    throw error;
  }
}
