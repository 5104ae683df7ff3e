import { describe, expect, test } from 'vitest';
import { NetworkFault, type PublicWeb } from '../../src/domain/ports/http.ts';
import { tunnelAndRoute } from '../../src/tasks/cloudflare/3.6-tunnel-and-route.ts';
import { contextOf } from './cloudflared-server.ts';

function look(addresses: PublicWeb['addresses'], connectTo?: string) {
  return tunnelAndRoute.check(contextOf({ addresses, ...(connectTo === undefined ? {} : { connectTo }) }));
}

describe('a tunnel with its own configuration file, without a token for Cloudflare’s API', () => {
  test('is not changed if DNS has no address for the name, and the plan explains what to do', async () => {
    const found = await look(async () => []);
    expect(found).toMatchObject({ state: 'blocked', problem: { code: 'ERP-0665', exit: 3 } });
  });

  const missing = { state: 'missing', findings: [{ what: '/srv/tunnel/config.yml' }] };

  test('gets its route if the name has an address, on a server without an earlier deployment', async () => {
    expect(await look(async () => ['192.0.2.7'])).toMatchObject(missing);
  });

  test('gets its route if no resolver answers, or if connect-to overrides the address of DNS', async () => {
    const fault = () => Promise.reject(new NetworkFault('erp-db.bestviable.com', 'ETIMEOUT'));
    expect(await look(fault)).toMatchObject(missing);
    expect(await look(fault, '127.0.0.1:443')).toMatchObject(missing);
  });
});
