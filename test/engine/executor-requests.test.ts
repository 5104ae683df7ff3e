import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { httpClient } from '../../src/adapters/http.ts';
import { type Change, type RequestChange, scopeOf } from '../../src/domain/change.ts';
import { NetworkFault } from '../../src/domain/ports/http.ts';
import { ProblemError } from '../../src/domain/problem.ts';
import { Secret } from '../../src/domain/secret.ts';
import { summaryOf } from '../../src/domain/show-change.ts';
import { applyChange } from '../../src/engine/executor.ts';
import { asProblem } from '../../src/engine/faults.ts';
import { type Answer, type Asked, deadAddress, loopback } from '../support/production/loopback.ts';
import { bench } from '../support/report/bench.ts';
import { requestOf } from '../support/workspace/changes.ts';

const signal = new AbortController().signal;

async function executor() {
  const { parts, types, records } = await bench({ http: httpClient() });
  return { types, records, apply: (change: Change) => applyChange(parts, '3.6', change, signal) };
}

const ingress =
  (etag: string) =>
  (asked: Asked): Answer =>
    asked.method === 'GET' ? { headers: { etag } } : { status: 200 };

it('sends the request that was confirmed, once', async () => {
  const { url, asked } = await loopback(() => ({ status: 200 }));
  const { apply, types } = await executor();
  expect(await apply(requestOf(`${url}/ingress`, { body: '{"route":1}' }))).toBe('applied');
  expect(asked).toEqual([{ method: 'PUT', path: '/ingress', body: '{"route":1}' }]);
  expect(types()).toEqual(['intended', 'applied']);
});

it('fetches the ETag right before the request, and sends it if the ETag is the confirmed one', async () => {
  const { url, asked } = await loopback(ingress('"v1"'));
  const { apply } = await executor();
  const before = { url: `${url}/ingress`, etag: '"v1"' };
  expect(await apply(requestOf(`${url}/ingress`, { before }))).toBe('applied');
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'PUT']);
});

it.each([
  ['another one', ingress('"v2"')],
  ['missing', () => ({ status: 404 })],
])('sends nothing if the ETag is %s', async (_, answer) => {
  const { url, asked } = await loopback(answer);
  const { apply, types } = await executor();
  expect(await apply(requestOf(`${url}/ingress`, { before: { url, etag: '"v1"' } }))).toBe('moved');
  expect(asked.map(({ method }) => method)).toEqual(['GET']);
  expect(types()).toEqual([]);
});

it.each([301, 403, 500])(
  'reports an answer with status %i as a failed step, with its text',
  async (status) => {
    const { url, asked } = await loopback(() => ({
      status,
      body: 'not allowed',
      headers: { location: '/elsewhere' },
    }));
    const { apply, types } = await executor();
    await expect(apply(requestOf(`${url}/ingress`))).rejects.toMatchObject({
      problems: [
        {
          code: 'ERP-0411',
          exit: 4,
          why: `The server responded with HTTP status ${status}.`,
          excerpt: ['not allowed'],
        },
      ],
    });
    expect(asked).toHaveLength(1);
    // A server that failed may have acted before; one that refused has not.
    expect(types()).toEqual(status < 500 ? ['intended', 'refused'] : ['intended']);
  },
);

it('reports a server that gives no answer as a problem, and not as a bug', async () => {
  const { apply, types } = await executor();
  const fault: unknown = await apply(requestOf(await deadAddress())).catch((error: unknown) => error);
  expect(asProblem(fault)).toMatchObject({
    code: 'ERP-0412',
    exit: 4,
    why: expect.stringContaining('ECONNREFUSED'),
  });
  expect(types()).toEqual(['intended']);
});

it('shows only the name of a secret address in scope, texts, errors and journal', async () => {
  const { url } = await loopback(({ path }) => ({ status: 404, body: `Cannot PUT ${path}` }));
  const named = (address: string): RequestChange => ({
    kind: 'request',
    method: 'PUT',
    url: { name: 'the webhook', secret: new Secret(`${address}/T0PSECRET`) },
    body: '{}',
    before: null,
    observable: false,
  });
  const { apply, records } = await executor();
  const refused = await apply(named(url)).catch((error: unknown) => error);
  const lost = await apply(named(await deadAddress())).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ProblemError);
  expect(lost).toBeInstanceOf(NetworkFault);
  const told = JSON.stringify([inspect(refused, { depth: 9 }), inspect(lost, { depth: 9 }), records()]);
  expect(told).toContain('the webhook');
  expect(told).not.toContain('T0PSECRET');
  const change = named(url);
  expect([scopeOf(change), summaryOf(change)]).toEqual(['request:PUT:the webhook', 'PUT the webhook']);
});
