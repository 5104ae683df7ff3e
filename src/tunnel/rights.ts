import { ApiRefusal, type CloudflareApi } from '../domain/ports/cloudflare.ts';
import { ProblemError } from '../domain/problem.ts';
import { type Zone, zoneOf } from './dns.ts';
import { rightsMissing } from './problems.ts';
import { configurationOf } from './remote-tunnel.ts';

/** What will be changed at Cloudflare. */
export interface PlannedEdits {
  readonly host: string;
  /**
   * Returns the tunnel whose configuration will be changed, and its account; null if it will not be, or if they are
   * unknown. The zone gives the account if nothing else does.
   */
  tunnelIn(zone: Zone | null): Promise<{ readonly account: string; readonly id: string } | null>;
}

/** An id that no record has, so that a request to change it changes nothing. */
const noRecord = '0'.repeat(32);

/**
 * Checks each permission separately. The API does not list the permissions of a token: so this requests what only a
 * token that may edit can read, and changes a record that does not exist.
 * @returns the zone of the host
 * @throws ProblemError that names every missing permission
 */
export async function assertRights(
  api: CloudflareApi,
  { host, tunnelIn }: PlannedEdits,
  signal: AbortSignal,
): Promise<Zone> {
  const missing: string[] = [];
  const check = async <Answer>(permission: string, ask: () => Promise<Answer>): Promise<Answer | null> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      if (error.status === 401 || error.status === 403) missing.push(permission);
      else if (error.status !== 404) throw error;
      return null;
    }
  };
  const zone = await check('Zone:Read', () => zoneOf(api, host, signal));
  if (zone !== null) {
    const records = `/zones/${zone.id}/dns_records`;
    await check('DNS:Read', () => api.call('GET', `${records}?name.exact=${host}`, null, signal));
    await check('DNS:Edit', () => api.call('PATCH', `${records}/${noRecord}`, { comment: '' }, signal));
  }
  const tunnel = await tunnelIn(zone);
  if (tunnel !== null) {
    const { account, id } = tunnel;
    await check('Cloudflare Tunnel:Read', () => api.call('GET', configurationOf(account, id), null, signal));
    // The answer is the tunnel's own token, so it is discarded.
    await check('Cloudflare Tunnel:Edit', async () => {
      await api.call('GET', `/accounts/${account}/cfd_tunnel/${id}/token`, null, signal);
    });
  }
  // If no permission was found, the token may be invalid: this request then fails and reports it.
  if (zone === null && missing.length > 1) await api.call('GET', '/user/tokens/verify', null, signal);
  if (zone === null || missing.length > 0) throw new ProblemError(rightsMissing(missing));
  return zone;
}
