import { NetworkFault } from '../../domain/ports/http.ts';
import { productionStack } from '../../targets/production.ts';
import type { Context } from '../../workspace/context.ts';
import { cloudflaredNamed } from '../cloudflared.ts';
import { dnsFindings, inspectDns, zoneOf } from '../dns.ts';
import { idOf, inspectTunnel, nameOf } from '../tunnel.ts';
import type { PublicTry } from './ask-public.ts';
import { broken, ok, unknown, type Verdict } from './hop.ts';

/** Checks the record at Cloudflare, if there is a token; otherwise whether the hostname has an address. */
export async function dns(context: Context, tries: readonly PublicTry[]): Promise<Verdict> {
  const { config, cloudflare: api, web } = context;
  const host = config.publicHost;
  const fix = {
    text: 'Let the rollout create it',
    command: ['erp-deploy', 'run', '--only', '3.6', '--cloudflare-token-file', 'FILE'],
  };
  if (api !== null && context.production?.stack != null && config.cloudflare.container !== undefined) {
    const cloudflared = await cloudflaredNamed(
      productionStack(context).host,
      nameOf(context),
      context.signal,
    );
    if (cloudflared !== null) {
      const zone = await zoneOf(api, host, context.signal);
      const id = await idOf(context, await inspectTunnel(context, cloudflared));
      const state = await inspectDns(api, zone.id, host, id, context.signal);
      const [finding] = dnsFindings(state, host);
      if (finding === undefined) return ok(`${host} is a proxied CNAME to ${state.target}`);
      return broken(
        `${finding.actual}; expected ${finding.expected}`,
        state.is === 'other' ? { ...fix, command: [...fix.command, '--replace-dns'] } : fix,
      );
    }
  }
  const noTunnel = tries.some(
    ({ came }) => came.is === 'answer' && /^error code: 1016$/.test(came.answer.body.trim()),
  );
  if (noTunnel) return broken(`the record of ${host} points to no tunnel (Cloudflare's error 1016)`, fix);
  if (config.cloudflare.connectTo !== undefined)
    return unknown(
      `not checked: requests go to ${config.cloudflare.connectTo} (connect-to), whatever DNS says`,
    );
  try {
    const addresses = await web.addresses(host);
    if (addresses.length > 0) return ok(`${host} has ${addresses.length} addresses`);
  } catch (error) {
    if (!(error instanceof NetworkFault)) throw error;
    return unknown(`no resolver answers (${error.code})`);
  }
  return broken(
    `${host} has no address`,
    {
      text: 'Create the record, on the machine that created the tunnel',
      command: ['cloudflared', 'tunnel', 'route', 'dns', 'TUNNEL', host],
    },
    { ...fix, text: 'Or pass a token, and let the rollout create it' },
  );
}

/** Error codes of Node's tls that mean an invalid certificate (X509 codes). */
const certificateCodes =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|ERR_SSL_)/;

export function certificate(context: Context, tries: readonly PublicTry[]): Verdict {
  const host = context.config.publicHost;
  const code = tries.flatMap(({ came }) => (came.is === 'nothing' ? [came.code] : []))[0];
  if (code === undefined) return ok(`the certificate is valid for ${host}`);
  if (!certificateCodes.test(code)) return unknown(`no TLS connection (${code})`);
  return broken(
    `the certificate of ${host} is invalid: ${code}`,
    {
      text: 'Check it in the dashboard, under SSL/TLS, Edge Certificates: Universal SSL covers only one level below the zone.',
    },
    {
      text: 'Show it',
      command: ['openssl', 's_client', '-connect', `${host}:443`, '-servername', host],
    },
  );
}

/** Checks whether Cloudflare Access or a challenge answers instead of PostgREST. */
export function access(context: Context, tries: readonly PublicTry[]): Verdict {
  const host = context.config.publicHost;
  const answers = tries.flatMap(({ came }) => (came.is === 'answer' ? [came.answer] : []));
  if (answers.length === 0) return unknown('no answer');
  const login = answers.find(
    ({ headers }) =>
      /\.cloudflareaccess\.com\//.test(headers.location ?? '') || 'cf-access-domain' in headers,
  );
  if (login !== undefined) {
    return broken(
      `${host} is behind Cloudflare Access: requests are redirected to a login (${login.status})`,
      {
        text: 'Remove the hostname from the application, or use a service token: Zero Trust, Access, Applications.',
      },
    );
  }
  const challenged = answers.find(({ headers }) => headers['cf-mitigated'] === 'challenge');
  if (challenged !== undefined) {
    return broken(`Cloudflare answers requests to ${host} with a challenge (${challenged.status})`, {
      text: 'Exclude the hostname from the rule: Security, WAF.',
    });
  }
  return ok('no login and no challenge');
}
