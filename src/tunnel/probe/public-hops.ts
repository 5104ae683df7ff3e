import { NetworkFault } from '../../domain/ports.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { cloudflaredNamed } from '../cloudflared.ts';
import { dnsFindings, lookAtDns, zoneOf } from '../dns.ts';
import { idOf, lookAtTunnel, nameOf } from '../tunnel.ts';
import type { PublicTry } from './ask-public.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';

/** The name's record at Cloudflare, where there is a token for that; else whether it has an address at all. */
export async function dns(context: Context, tries: readonly PublicTry[]): Promise<Verdict> {
  const { config, cloudflare: api, web } = context;
  const host = config.publicHost;
  const mend = 'Let the roll-out make it: erp-deploy run --only 3.6 --cloudflare-token-file FILE';
  if (api !== null && context.production?.stack != null && config.cloudflare.container !== undefined) {
    const cloudflared = await cloudflaredNamed(
      productionStack(context).host,
      nameOf(context),
      context.signal,
    );
    if (cloudflared !== null) {
      const zone = await zoneOf(api, host, context.signal);
      const id = await idOf(context, await lookAtTunnel(context, cloudflared));
      const state = await lookAtDns(api, zone.id, host, id, context.signal);
      const [finding] = dnsFindings(state, host);
      if (finding === undefined) return ok(`${host} is a proxied CNAME to ${state.target}`);
      return broken(
        `${finding.found}; wanted ${finding.wanted}`,
        state.is === 'other' ? `${mend} --replace-dns` : mend,
      );
    }
  }
  const lost = tries.some(
    ({ came }) => came.is === 'answer' && /^error code: 1016$/.test(came.answer.body.trim()),
  );
  if (lost) return broken(`the record of ${host} leads to no tunnel (Cloudflare's error 1016)`, mend);
  if (config.cloudflare.connectTo !== undefined)
    return unknown(`not looked at: connect-to asks ${config.cloudflare.connectTo}, whatever DNS says`);
  try {
    const addresses = await web.addresses(host);
    if (addresses.length > 0) return ok(`${host} has ${addresses.length} addresses`);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return unknown(`no resolver answers (${error.code})`);
  }
  return broken(
    `${host} has no address`,
    `Make the record, on the machine that made the tunnel: cloudflared tunnel route dns TUNNEL ${host}`,
    `Or give a token: ${mend}`,
  );
}

/** TLS says these, and only of a certificate (Node's tls, X509 codes). */
const certificateCodes =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|ERR_SSL_)/;

export function certificate(context: Context, tries: readonly PublicTry[]): Verdict {
  const host = context.config.publicHost;
  const code = tries.flatMap(({ came }) => (came.is === 'nothing' ? [came.code] : []))[0];
  if (code === undefined) return ok(`the certificate is one for ${host}`);
  if (!certificateCodes.test(code)) return unknown(`nobody answered by TLS (${code})`);
  return broken(
    `the certificate of ${host} does not hold: ${code}`,
    'Look at it in the dashboard, under SSL/TLS, Edge Certificates: Universal SSL covers one level below the zone alone.',
    `See it: openssl s_client -connect ${host}:443 -servername ${host}`,
  );
}

/** Whether somebody else than PostgREST answers: Access, or a challenge of Cloudflare's. */
export function access(context: Context, tries: readonly PublicTry[]): Verdict {
  const host = context.config.publicHost;
  const answers = tries.flatMap(({ came }) => (came.is === 'answer' ? [came.answer] : []));
  if (answers.length === 0) return unknown('nobody answered');
  const asked = answers.find(
    ({ headers }) =>
      /\.cloudflareaccess\.com\//.test(headers.location ?? '') || 'cf-access-domain' in headers,
  );
  if (asked !== undefined) {
    return broken(
      `${host} is behind Cloudflare Access: who asks is sent to a log-in (${asked.status})`,
      'Take the name out of the application, or give services a service token: Zero Trust, Access, Applications.',
    );
  }
  const challenged = answers.find(({ headers }) => headers['cf-mitigated'] === 'challenge');
  if (challenged !== undefined) {
    return broken(
      `Cloudflare challenges who asks for ${host} (${challenged.status})`,
      'Leave the name out of the rule: Security, WAF.',
    );
  }
  return ok('no log-in and no challenge before it');
}
