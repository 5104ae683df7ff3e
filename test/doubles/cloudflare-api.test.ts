import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CloudflareService, startCloudflare } from './support/cloudflare-service.ts';
import { account, remote, zone, zoneReadToken } from './support/cloudflare-state.ts';
import { bundled } from './support/running.ts';

let programs: Awaited<ReturnType<typeof bundled>>;
let cloudflare: CloudflareService;
beforeAll(async () => {
  programs = await bundled();
}, 60_000);
afterAll(() => programs.remove());
beforeEach(async () => {
  cloudflare = await startCloudflare(programs);
});
afterEach(() => cloudflare.stop());

describe('the public side', () => {
  test('answers 530 with 1016 for a record that leads nowhere, and redirects a name behind Access to a login page', async () => {
    expect(await cloudflare.visit('lost.bestviable.com')).toMatchObject({
      status: 530,
      text: 'error code: 1016',
    });
    expect((await cloudflare.visit('absent.bestviable.com')).status).toBe(409);
    const { status, headers } = await cloudflare.visit('private.bestviable.com', '/erp');
    expect(status).toBe(302);
    expect(headers.location).toMatch(
      /^https:\/\/someone\.cloudflareaccess\.com\/cdn-cgi\/access\/login\/private\.bestviable\.com/,
    );
  });
});

describe('the API', () => {
  const records = `/zones/${zone}/dns_records`;
  const configurations = `/accounts/${account}/cfd_tunnel/${remote}/configurations`;

  test('distinguishes the rights of tokens', async () => {
    expect(await cloudflare.api('GET /user/tokens/verify')).toMatchObject({
      success: true,
      errors: [],
      messages: [{ code: 10000, message: 'This API Token is valid and active', type: null }],
      result: { id: 't1', status: 'active' },
    });
    const refused = async (call: string, token: string) => {
      const { status, success, errors } = await cloudflare.api(call, { token });
      return [status, success, errors[0].code];
    };
    expect(await refused('GET /user/tokens/verify', 'unknown')).toEqual([401, false, 1000]);
    expect(await refused('GET /user/tokens/verify', '')).toEqual([400, false, 9106]);
    expect(await refused('GET /zones', 'old')).toEqual([403, false, 9109]);
    expect(await refused(`GET ${records}`, zoneReadToken)).toEqual([403, false, 10000]);
    expect(await refused(`GET ${configurations}`, zoneReadToken)).toEqual([403, false, 10000]);
    expect(
      (await cloudflare.api('GET /zones?name=bestviable.com', { token: zoneReadToken })).result[0],
    ).toMatchObject({
      id: zone,
    });
  });

  test('stores records, and refuses a second one of the same name', async () => {
    expect(await cloudflare.api(`GET ${records}?page=2`)).toMatchObject({
      result: [],
      result_info: { page: 2, count: 0, total_count: 5, total_pages: 1 },
    });
    const record = { type: 'CNAME', name: 'new', content: `${remote}.cfargotunnel.com`, proxied: true };
    const { result } = await cloudflare.api(`POST ${records}`, { body: record });
    expect(result).toMatchObject({ name: 'new.bestviable.com', proxied: true, ttl: 1 });
    expect((await cloudflare.api(`GET ${records}?name.exact=new.bestviable.com&type=CNAME`)).result).toEqual([
      result,
    ]);
    expect((await cloudflare.api(`POST ${records}`, { body: record })).errors[0].code).toBe(81058);
    expect(
      (await cloudflare.api(`POST ${records}`, { body: { ...record, type: 'A', content: '192.0.2.1' } }))
        .errors[0].code,
    ).toBe(81053);
    expect(
      (await cloudflare.api(`PATCH ${records}/${result.id}`, { body: { content: 'x.example' } })).result,
    ).toEqual({
      ...result,
      content: 'x.example',
    });
  });

  test('refuses a configuration without a catch-all, and increases the version with each accepted one', async () => {
    const bad = await cloudflare.api(`PUT ${configurations}`, {
      body: { config: { ingress: [{ hostname: 'a.b', service: 'http://c' }] } },
    });
    expect([bad.status, bad.errors[0].code]).toEqual([400, 1056]);
    expect((await cloudflare.api(`GET ${configurations}`)).result).toMatchObject({
      version: 3,
      config: { ingress: { length: 1 } },
    });
  });

  test('fails as configured: 429 with its Retry-After, a cut connection, a change meanwhile', async () => {
    const fault = async (body: unknown) =>
      expect(await cloudflare.api('POST /double/faults', { body })).toMatchObject({ status: 200 });
    await fault({
      path: '/zones',
      status: 429,
      headers: { 'Retry-After': '7' },
      body: { success: false, errors: [{ code: 971, message: 'slow down' }] },
    });
    expect(await cloudflare.api('GET /zones')).toMatchObject({
      status: 429,
      retryAfter: '7',
      success: false,
    });
    expect((await cloudflare.api('GET /zones')).status).toBe(200);
    await fault({ method: 'PUT', cut: 'after' });
    const body = { config: { ingress: [{ service: 'http_status:503' }] } };
    await expect(cloudflare.api(`PUT ${configurations}`, { body })).rejects.toThrow('fetch failed');
    expect((await cloudflare.api(`GET ${configurations}`)).result).toMatchObject({
      version: 4,
      config: body.config,
    });
    await fault({ method: 'PUT', change: true });
    expect((await cloudflare.api(`PUT ${configurations}`, { body })).result.version).toBe(6);
  });
});
