import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { cloudflareApi } from '../../src/adapters/cloudflare.ts';
import { ApiRefusal, type CloudflareApi } from '../../src/domain/ports/cloudflare.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { dnsChanges, inspectDns, zoneOf } from '../../src/tunnel/dns.ts';
import { inspectRemoteTunnel, remoteChanges } from '../../src/tunnel/remote-tunnel.ts';
import { assertRights } from '../../src/tunnel/rights.ts';
import { type CloudflareService, startCloudflare } from '../doubles/support/cloudflare-service.ts';
import {
  account,
  fullAccessToken,
  remote,
  zone,
  zoneReadToken,
} from '../doubles/support/cloudflare-state.ts';
import { bundled } from '../doubles/support/running.ts';

const host = 'erp-db.bestviable.com';
const route = { hostname: host, service: 'http://traefik:80' };
const { signal } = new AbortController();
const configurations = `/accounts/${account}/cfd_tunnel/${remote}/configurations`;

let programs: Awaited<ReturnType<typeof bundled>>;
let cloudflare: CloudflareService;
let api: CloudflareApi;
beforeAll(async () => {
  programs = await bundled();
  cloudflare = await startCloudflare(programs);
  vi.stubEnv('CLOUDFLARE_BASE_URL', cloudflare.apiUrl);
  api = cloudflareApi(new Secret(fullAccessToken));
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloudflare.stop();
  programs.remove();
});
beforeEach(() => cloudflare.api('DELETE /double/faults'));
afterEach(() => cloudflare.api('DELETE /double/faults'));

const faultOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no fault',
    (error: unknown) => error,
  );
const fault = (body: object) => cloudflare.api('POST /double/faults', { body });

describe('an error of the API', () => {
  test.each([401, 403, 500])(
    '%i is reported with its numbers, and a change is not repeated',
    async (status) => {
      const body = { success: false, errors: [{ code: 10000, message: 'Authentication error' }] };
      await fault({ method: 'PUT', status, body });
      const refusal = await faultOf(api.call('PUT', configurations, { config: { ingress: [] } }, signal));
      expect(refusal).toBeInstanceOf(ApiRefusal);
      expect(refusal).toMatchObject({ status, codes: [10000], message: 'Authentication error' });
      expect(await versionNow()).toBe(3);
    },
  );

  test('429 is repeated after the time that Retry-After gives', async () => {
    await fault({ status: 429, headers: { 'retry-after': '1' } });
    const since = performance.now();
    await api.call('GET', configurations, null, signal);
    expect(performance.now() - since).toBeGreaterThan(950);
  });

  test('429 with a Retry-After that is too long is reported with that time', async () => {
    await fault({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await faultOf(api.call('GET', configurations, null, signal))).toMatchObject({
      status: 429,
      retryAfter: 3600,
    });
  });

  test.each([{ status: 500 }, { cut: 'before' }])('a read is repeated after %o', async (what) => {
    await fault({ method: 'GET', ...what });
    expect(await api.call('GET', configurations, null, signal)).toMatchObject({ version: 3 });
  });

  test('a change whose connection was cut is not repeated: it may have been done', async () => {
    const { state } = await remoteState();
    await fault({ method: 'PUT', cut: 'after' });
    const cut = await faultOf(api.call('PUT', configurations, { config: state.config }, signal));
    expect(cut).toBeInstanceOf(NetworkFault);
    expect(await versionNow()).toBe(state.version + 1);
  });

  test('never contains the token', async () => {
    await fault({ status: 403, body: { success: false, errors: [{ code: 9109, message: 'no' }] } });
    const refusal = await faultOf(
      cloudflareApi(new Secret(fullAccessToken)).call('GET', configurations, null, signal),
    );
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain(fullAccessToken);
  });
});

describe('rights', () => {
  const tunnelIn = async () => ({ account, id: remote });

  test('a token with all rights is accepted, and the check changes nothing', async () => {
    const before = await cloudflare.api('GET /double/state');
    const found = await assertRights(api, { host, tunnelIn }, signal);
    expect(found).toEqual({ id: zone, name: 'bestviable.com', account });
    expect(await cloudflare.api('GET /double/state')).toEqual(before);
  });

  test('each missing right is named', async () => {
    const weak = cloudflareApi(new Secret(zoneReadToken));
    const missing = await faultOf(assertRights(weak, { host, tunnelIn }, signal));
    expect(missing).toBeInstanceOf(ProblemError);
    expect(missing).toMatchObject({
      problems: [
        {
          code: 'ERP-0654',
          what: expect.stringContaining('DNS:Read, DNS:Edit, Cloudflare Tunnel:Read, Cloudflare Tunnel:Edit'),
        },
      ],
    });
  });
});

describe('the configuration of a tunnel', () => {
  test('gets the route before the catch-all, and keeps fields that erp-deploy does not know', async () => {
    await cloudflare.api(`PUT ${configurations}`, {
      body: {
        config: {
          ingress: [
            { hostname: 'a.b.com', service: 'http://a:1', originRequest: { access: { required: true } } },
            { service: 'http_status:404' },
          ],
          'warp-routing': { enabled: true },
        },
      },
    });
    const found = await inspectRemoteTunnel(
      api,
      { account, id: remote, route, origin: null, paths: ['/erp/people'] },
      signal,
    );
    const [planned] = remoteChanges(found, 'cloudflared', route, null);
    const change = planned?.status === 'exact' && planned.change.kind === 'request' ? planned.change : null;
    expect(JSON.parse(change?.body ?? '')).toEqual({
      config: {
        ingress: [
          { hostname: 'a.b.com', service: 'http://a:1', originRequest: { access: { required: true } } },
          { hostname: host, service: 'http://traefik:80' },
          { service: 'http_status:404' },
        ],
        'warp-routing': { enabled: true },
      },
    });
    expect(change?.before).toEqual({ url: configurations, version: found.version });
    expect(change?.diff?.filter((line) => line.startsWith('+')).join('\n')).toContain(host);
    expect(change?.diff?.some((line) => line.startsWith('-'))).toBe(false);
  });
});

describe('the DNS record', () => {
  test('is searched in the zone that the name belongs to', async () => {
    expect((await zoneOf(api, 'a.b.erp-db.bestviable.com', signal)).name).toBe('bestviable.com');
    expect(await faultOf(zoneOf(api, 'erp-db.example.org', signal))).toBeInstanceOf(ProblemError);
  });

  test.each([
    ['there', 'remote.bestviable.com', 0],
    ['absent', 'absent.bestviable.com', 1],
    ['other', 'lost.bestviable.com', 1],
  ])('%s: %s', async (is, name, changes) => {
    const owner = await zoneOf(api, name, signal);
    const state = await inspectDns(api, owner.id, name, remote, signal);
    expect(state.is).toBe(is);
    const planned = dnsChanges(state, owner, name);
    expect(planned).toHaveLength(changes);
    if ('code' in planned) throw new Error(planned.what);
    expect(planned[0]?.consent?.flag).toBe(is === 'other' ? '--replace-dns' : undefined);
  });
});

async function remoteState() {
  const answer = await cloudflare.api(`GET ${configurations}`);
  return { state: answer.result };
}

async function versionNow(): Promise<number> {
  return (await remoteState()).state.version;
}
