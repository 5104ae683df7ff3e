import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import tls from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { certificateEnd } from '../../src/adapters/certificate-end.ts';
import { ApiRefusal, type CloudflareApi } from '../../src/domain/ports/cloudflare.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { certificateAlarms, tokenAlarms } from '../../src/tunnel/expiries.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';
import { selfSigned } from '../support/production/certificate.ts';

const { signal } = new AbortController();
const now = Date.parse('2026-12-01T00:00:00Z');

/** Starts a public host with a certificate that expires in two days; returns the address to connect to. */
async function publicHost() {
  const { key, certificate } = selfSigned(tempFolder(), 'erp.example.com');
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { certificate: readFileSync(certificate, 'utf8'), connectTo: `127.0.0.1:${address.port}` };
}

it('reports a certificate that expires within two weeks, with the day', async () => {
  const { certificate, connectTo } = await publicHost();
  const usual = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...usual, certificate]);
  onTestFinished(() => tls.setDefaultCACertificates(usual));
  const at = (time: number) => certificateAlarms('erp.example.com', connectTo, certificateEnd, time, signal);
  expect(await at(Date.now())).toEqual([
    {
      key: 'certificate',
      text: expect.stringMatching(/erp\.example\.com ends on \d{4}-\d\d-\d\dT/),
      exit: 3,
    },
  ]);
  expect(await at(Date.now() - 30 * 86_400_000)).toEqual([]);
});

it('reports a certificate that is not valid, and a host that does not answer, with the reason', async () => {
  const { connectTo } = await publicHost();
  const textAt = async (where: string) =>
    (await certificateAlarms('erp.example.com', where, certificateEnd, now, signal)).map(({ text }) => text);
  expect(await textAt(connectTo)).toEqual([expect.stringContaining('(DEPTH_ZERO_SELF_SIGNED_CERT)')]);
  expect(await textAt('127.0.0.1:1')).toEqual([expect.stringContaining('(ECONNREFUSED)')]);
});

it.each<[string, unknown, readonly string[]]>([
  ['that never ends', { id: 't', status: 'active' }, []],
  ['that ends in a month', { status: 'active', expires_on: '2027-01-01T00:00:00Z' }, []],
  ['that ends in a week', { status: 'active', expires_on: '2026-12-08T00:00:00Z' }, ['ends on 2026-12-08']],
  ['that was disabled', { status: 'disabled' }, ['is disabled']],
  ['of an account, which cannot be asked about', new ApiRefusal(401, [1000], 'Invalid API Token', null), []],
  [
    'if the API does not answer',
    new NetworkFault('https://api', 'ETIMEDOUT'),
    ['not be checked (ETIMEDOUT)'],
  ],
])('judges a token %s', async (_, answer, texts) => {
  const api: CloudflareApi = {
    call: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const alarms = await tokenAlarms(api, now, signal);
  expect(alarms.map(({ text }) => text)).toEqual(texts.map((text) => expect.stringContaining(text)));
});
