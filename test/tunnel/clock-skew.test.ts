import { afterEach, expect, test, vi } from 'vitest';
import { tokenFor } from '../../src/containers/api-token.ts';
import type { Files } from '../../src/domain/ports/files.ts';
import type { Host } from '../../src/domain/ports/host.ts';
import type { PublicWeb } from '../../src/domain/ports/http.ts';
import { askPublic } from '../../src/tunnel/probe/ask-public.ts';
import { probe } from '../../src/tunnel/probe/probe.ts';
import { scriptedHost } from '../support/production/scripted-host.ts';
import { contextWith } from '../support/program/step-context.ts';
import { ApiError } from '../testbed/doubles/postgrest/api-error.ts';
import { readConfig } from '../testbed/doubles/postgrest/config.ts';
import { identify } from '../testbed/doubles/postgrest/jwt.ts';

const key = 'a-key-of-at-least-thirty-two-bytes';
const serverTime = Date.parse('2026-11-23T10:00:00Z');

afterEach(() => {
  vi.useRealTimers();
});

/** A production host with the key and a correct clock. */
function droplet(): Host {
  const env = `POSTGREST_JWT_SECRET=${key}\n`;
  const files: Partial<Files> = {
    inspect: async () => ({ type: 'file', mode: 0o600, size: env.length }),
    read: async () => env,
  };
  const date = (argv: readonly string[]) =>
    argv[0] === 'date' ? { stdout: `${serverTime / 1000}\n` } : undefined;
  // The omitted parts are not used.
  return scriptedHost(date, { id: 'production', name: 'droplet', files: files as Files });
}

/** Answers for the public name like PostgREST, by the clock of the production host. */
const web: PublicWeb = {
  addresses: async () => ['192.0.2.7'],
  get: async (_host, _path, { authorization }) => {
    const refused = { status: 401, headers: {}, body: '{"code":"42501","message":"permission denied"}' };
    if (authorization === undefined) return refused;
    try {
      identify(readConfig({ PGRST_JWT_SECRET: key }), authorization, serverTime);
      return { status: 200, headers: {}, body: '[]' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { ...refused, body: JSON.stringify({ code: error.code, message: error.message }) };
    }
  },
};

/** The context of the probe on a laptop whose clock is this many seconds ahead of that of the production host. */
function context(secondsAhead: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: serverTime + secondsAhead * 1000 });
  // Both are cast, because they have only the properties that the probe reads.
  return contextWith({
    config: { publicHost: 'erp-db.bestviable.com', cloudflare: {} } as never,
    production: { stack: { host: droplet(), folder: '.', target: 'production' } } as never,
    web,
    signal: new AbortController().signal,
  });
}

test.each([45, 3600, -200, 0])(
  'a token is valid on the server if the laptop is %d s ahead',
  async (ahead) => {
    const tries = await askPublic(context(ahead));
    expect(tries.filter(({ who }) => who === 'token')).toHaveLength(2);
    expect(tries).toEqual(
      tries.map((one) => ({ ...one, came: expect.objectContaining({ is: 'answer', expected: true }) })),
    );
  },
);

test.each([
  [45, "the clock of droplet is 45 s behind this machine's; tokens go by the clock of droplet"],
  [-200, "the clock of droplet is 200 s ahead of this machine's; tokens go by the clock of droplet"],
])('the probe passes and names the skew if the laptop is %d s ahead', async (ahead, line) => {
  const { problem, asked } = await probe(context(ahead), 0);
  expect(problem).toBeNull();
  expect(asked.at(-1)).toBe(line);
});

test.each([45, 86_400, -200])(
  'a token ends by the clock of the server if the laptop is %d s ahead',
  async (ahead) => {
    const stack = context(ahead).production?.stack;
    const made = stack == null ? null : await tokenFor(stack, new AbortController().signal, 'erp_anon', 3600);
    const claims: unknown = JSON.parse(
      Buffer.from(made?.token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    expect(claims).toEqual({ role: 'erp_anon', exp: serverTime / 1000 + 3600 });
  },
);

test('the probe does not mention clocks that agree', async () => {
  const { asked } = await probe(context(2), 0);
  expect(asked).toHaveLength(4);
});
