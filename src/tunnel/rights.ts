import { ApiRefusal, type CloudflareApi } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Zone, zoneOf } from './dns.ts';
import { rightsMissing } from './problems.ts';
import { configurationOf } from './remote-tunnel.ts';

/** What is to be changed at Cloudflare. */
export interface Wanted {
  readonly host: string;
  /**
   * The account of the tunnel, and the tunnel, where its configuration is to be changed and they are known; the zone
   * tells the account where nothing else does.
   */
  tunnelIn(zone: Zone | null): Promise<{ readonly account: string; readonly id: string } | null>;
}

/** No record has it: what is asked of it changes nothing. */
const noRecord = '0'.repeat(32);

/**
 * Asks for each right on its own. That a token may edit nothing says: so what only an editor gets is asked for, and
 * a record that does not exist is changed.
 * @returns the zone, which only a token with its rights knows
 * @throws ProblemError that names every right that is missing
 */
export async function assertRights(
  api: CloudflareApi,
  { host, tunnelIn }: Wanted,
  signal: AbortSignal,
): Promise<Zone> {
  const missing: string[] = [];
  const may = async <Answer>(right: string, ask: () => Promise<Answer>): Promise<Answer | null> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      if (error.status === 401 || error.status === 403) missing.push(right);
      else if (error.status !== 404) throw error;
      return null;
    }
  };
  const zone = await may('Zone:Read', () => zoneOf(api, host, signal));
  if (zone !== null) {
    const records = `/zones/${zone.id}/dns_records`;
    await may('DNS:Read', () => api.call('GET', `${records}?name.exact=${host}`, null, signal));
    await may('DNS:Edit', () => api.call('PATCH', `${records}/${noRecord}`, { comment: '' }, signal));
  }
  const tunnel = await tunnelIn(zone);
  if (tunnel !== null) {
    const { account, id } = tunnel;
    await may('Cloudflare Tunnel:Read', () => api.call('GET', configurationOf(account, id), null, signal));
    // The answer is the tunnel's own token: dropped here.
    await may('Cloudflare Tunnel:Edit', async () => {
      await api.call('GET', `/accounts/${account}/cfd_tunnel/${id}/token`, null, signal);
    });
  }
  // Nothing at all may be a token that is none, which this says.
  if (zone === null && missing.length > 1) await api.call('GET', '/user/tokens/verify', null, signal);
  if (zone === null || missing.length > 0) throw new ProblemError(rightsMissing(missing));
  return zone;
}
