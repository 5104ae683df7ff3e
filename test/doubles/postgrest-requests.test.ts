import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../testbed/free-port.ts';
import { type PostgrestService, secret, startPostgrest } from './support/postgrest-service.ts';
import { until } from './support/running.ts';
import { tokenOf } from './support/token.ts';

let service: PostgrestService;
beforeAll(async () => {
  service = await startPostgrest();
}, 120_000);
afterAll(() => service.stop());

const ask: PostgrestService['ask'] = (...asked) => service.ask(...asked);
const write: PostgrestService['write'] = (...asked) => service.write(...asked);

describe('paths and schemas', () => {
  test('uses the first schema without a header, and the one in the profile header otherwise', async () => {
    const people = await ask('/people?select=name&order=id&limit=1');
    expect(people).toMatchObject({ status: 200, body: [{ name: 'Ada' }] });
    expect(people.headers.get('content-profile')).toBe('erp');
    expect((await ask('/sessions?select=note', { 'accept-profile': 'agent' })).body).toEqual([
      { note: 'first' },
    ]);
    expect((await ask('/sessions')).status).toBe(404);
  });

  test('a write request takes its schema from Content-Profile', async () => {
    const posted = await write('POST', '/sessions', { note: 'second' }, { 'content-profile': 'agent' });
    expect(posted).toMatchObject({ status: 201, body: undefined });
    expect((await write('POST', '/sessions', { note: 'x' }, { 'accept-profile': 'agent' })).status).toBe(404);
  });

  test.each(['/erp/people', '/people/', '/rpc/twice/more'])(
    'the path %s is invalid: 404 PGRST125',
    async (path) => {
      expect(await ask(path)).toMatchObject({
        status: 404,
        body: {
          code: 'PGRST125',
          details: null,
          hint: null,
          message: 'Invalid path specified in request URL',
        },
      });
    },
  );

  test('a schema that is not listed is 406 PGRST106, a missing table 404 PGRST205', async () => {
    expect(await ask('/people', { 'accept-profile': 'public' })).toMatchObject({
      status: 406,
      body: {
        code: 'PGRST106',
        message: 'Invalid schema: public',
        hint: 'Only the following schemas are exposed: erp, agent',
      },
    });
    const missing = await ask('/peeple');
    expect(missing).toMatchObject({
      status: 404,
      body: { code: 'PGRST205', message: "Could not find the table 'erp.peeple' in the schema cache" },
    });
    expect(missing.headers.get('proxy-status')).toBe('PostgREST; error=PGRST205');
  });
});

describe('the role of a request', () => {
  const unauthorized = async (bearer: string, code: string, message: string) => {
    const answer = await ask('/people', { authorization: bearer });
    expect(answer).toMatchObject({ status: 401, body: { code, message } });
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer error="invalid_token", error_description="${message}"`,
    );
  };

  test('is the anonymous one without a token, which PostgreSQL refuses: 401 with 42501', async () => {
    const answer = await ask('/people', { authorization: '' });
    expect(answer).toMatchObject({
      status: 401,
      body: { code: '42501', details: null, hint: null, message: 'permission denied for schema erp' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('is refused with 403 if it lacks the right', async () => {
    expect(await ask('/people?id=eq.1', {}, { method: 'DELETE' })).toMatchObject({
      status: 403,
      body: { code: '42501' },
    });
    expect(
      await ask('/people', { authorization: `Bearer ${tokenOf(secret, { role: 'stranger' })}` }),
    ).toMatchObject({
      status: 403,
      body: { message: 'permission denied to set role "stranger"' },
    });
    expect(
      await ask('/people', { authorization: `Bearer ${tokenOf(secret, { role: 'missing' })}` }),
    ).toMatchObject({
      status: 401,
      body: { code: '22023', message: 'role "missing" does not exist' },
    });
  });

  test('an invalid token is refused with the reason', async () => {
    await unauthorized(
      `Bearer ${tokenOf(`${secret}!`, { role: 'erp_api' })}`,
      'PGRST301',
      'No suitable key or wrong key type',
    );
    await unauthorized('Bearer ', 'PGRST301', 'Empty JWT is sent in Authorization header');
    await unauthorized('Bearer one.two', 'PGRST301', 'Expected 3 parts in JWT; got 2');
    await unauthorized(
      `Bearer ${tokenOf(secret, { role: 'erp_api' }, { alg: 'none' })}`,
      'PGRST301',
      'Wrong or unsupported encoding algorithm',
    );
    const seconds = Math.floor(Date.now() / 1000);
    const claims = (more: object) => `Bearer ${tokenOf(secret, { role: 'erp_api', ...more })}`;
    await unauthorized(claims({ exp: seconds - 40 }), 'PGRST303', 'JWT expired');
    await unauthorized(claims({ nbf: seconds + 60 }), 'PGRST303', 'JWT not yet valid');
    expect((await ask('/people', { authorization: claims({ exp: seconds - 20 }) })).status).toBe(200);
  });

  test('a set of keys accepts tokens signed with any of them, and no others', async () => {
    const port = await freePort();
    const keys = ['the first key, which is of 32 bytes', 'the second key, which is of 32 bytes'];
    const jwks = keys.map((key) => ({ kty: 'oct', k: Buffer.from(key).toString('base64url') }));
    const other = service.start({
      ...service.env,
      PGRST_JWT_SECRET: JSON.stringify({ keys: jwks }),
      PGRST_SERVER_PORT: `${port}`,
      PGRST_ADMIN_SERVER_PORT: `${await freePort()}`,
    });
    const status = async (key: string) => {
      const authorization = `Bearer ${tokenOf(key, { role: 'erp_api' })}`;
      return (
        await fetch(`http://127.0.0.1:${port}/people`, { headers: { authorization } }).catch(() => null)
      )?.status;
    };
    await until(
      () => other.written(),
      (log) => log.includes('Schema cache loaded'),
    );
    expect(await status(keys[0] ?? '')).toBe(200);
    expect([await status(keys[1] ?? ''), await status(secret)]).toEqual([200, 401]);
    await other.stop();
  });

  test('without an anonymous role, a request without a token is 401 PGRST302; the audience is checked', async () => {
    const port = await freePort();
    const { PGRST_DB_ANON_ROLE: _, PGRST_ADMIN_SERVER_PORT: __, ...others } = service.env;
    const other = service.start({
      ...others,
      PGRST_SERVER_PORT: `${port}`,
      PGRST_JWT_AUD: 'us',
    });
    const people = (authorization: string) =>
      fetch(`http://127.0.0.1:${port}/people`, { headers: authorization === '' ? {} : { authorization } });
    await until(
      () => other.written(),
      (log) => log.includes('Schema cache loaded'),
    );
    expect(await (await people('')).json()).toMatchObject({
      code: 'PGRST302',
      message: 'Anonymous access is disabled',
    });
    const audience = async (aud: string) =>
      (await people(`Bearer ${tokenOf(secret, { role: 'erp_api', aud })}`)).status;
    expect([await audience('us'), await audience('them')]).toEqual([200, 401]);
    await other.stop();
  });

  test('sets the settings of the role, the claims and the schema only for its transaction', async () => {
    const { body } = await ask('/rpc/settings', {
      authorization: `Bearer ${tokenOf(secret, { role: 'erp_api', who: 'me' })}`,
    });
    expect(body).toEqual({
      timeout: '9s',
      role: 'erp_api',
      claims: { role: 'erp_api', who: 'me' },
      path: '"erp", "public"',
    });
  });
});
