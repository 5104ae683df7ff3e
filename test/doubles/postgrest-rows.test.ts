import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgrestService, startPostgrest } from './support/postgrest-service.ts';

let service: PostgrestService;
beforeAll(async () => {
  service = await startPostgrest();
}, 120_000);
afterAll(() => service.stop());

const ask: PostgrestService['ask'] = (...asked) => service.ask(...asked);
const write: PostgrestService['write'] = (...asked) => service.write(...asked);

describe('rows', () => {
  const names = async (query: string) =>
    (await ask(`/people?select=name&order=name&${query}`)).body.map(({ name }: { name: string }) => name);

  test('are filtered by columns', async () => {
    expect(await names('name=eq.Ada')).toEqual(['Ada']);
    expect(await names('name=neq.Ada')).toEqual(['Alan', 'Grace']);
    expect(await names('name=like.A*')).toEqual(['Ada', 'Alan']);
    expect(await names('name=in.(Ada,"Grace")')).toEqual(['Ada', 'Grace']);
    expect(await names('email=is.null')).toEqual(['Alan']);
    expect(await names('email=not.is.null&born=lt.1900-01-01')).toEqual(['Ada']);
    expect(await names('born=gt.1900-01-01')).toEqual(['Grace']);
    expect(await names(`name=eq.${encodeURIComponent("x' or true --")}`)).toEqual([]);
  });

  test('a value of the wrong type is 400 22P02, a missing column 42703, an unknown operator PGRST100', async () => {
    expect(await ask('/people?id=eq.one')).toMatchObject({ status: 400, body: { code: '22P02' } });
    expect(await ask('/people?nope=eq.1')).toMatchObject({ status: 400, body: { code: '42703' } });
    expect(await ask('/people?id=1')).toMatchObject({ status: 400, body: { code: 'PGRST100' } });
  });

  test('are limited to a range and counted', async () => {
    const counted = await ask('/people?limit=2', { prefer: 'count=exact' });
    expect([counted.status, counted.headers.get('content-range')]).toEqual([206, '0-1/3']);
    const ranged = await ask('/people', { 'range-unit': 'items', range: '1-1' });
    expect([ranged.status, ranged.headers.get('content-range'), ranged.body.length]).toEqual([
      200,
      '1-1/*',
      1,
    ]);
    const none = await ask('/people?id=eq.0', { prefer: 'count=exact' });
    expect([none.status, none.headers.get('content-range'), none.body]).toEqual([200, '*/0', []]);
    expect(await ask('/people?offset=9', { prefer: 'count=exact' })).toMatchObject({
      status: 416,
      body: { code: 'PGRST103' },
    });
    const head = await ask('/people', {}, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, undefined]);
  });

  test('returns a single object on request', async () => {
    const accept = 'application/vnd.pgrst.object+json';
    expect((await ask('/people?select=called:name&name=eq.Ada', { accept })).body).toEqual({ called: 'Ada' });
    expect(await ask('/people', { accept })).toMatchObject({ status: 406, body: { code: 'PGRST116' } });
    expect(await ask('/people', { accept: 'image/png' })).toMatchObject({
      status: 406,
      body: { code: 'PGRST107' },
    });
  });

  test('are inserted, updated and deleted', async () => {
    const prefer = 'return=representation';
    const posted = await write('POST', '/people?select=name', [{ name: 'Mary' }, { name: 'Joan' }], {
      prefer,
    });
    expect(posted).toMatchObject({ status: 201, body: [{ name: 'Mary' }, { name: 'Joan' }] });
    expect(posted.headers.get('preference-applied')).toBe(prefer);
    const located = await write(
      'POST',
      '/people',
      { name: 'Hedy', 'odd "name': 3 },
      { prefer: 'return=headers-only' },
    );
    expect(located.headers.get('location')).toMatch(/^\/people\?id=eq\.\d+$/);
    expect(await write('PATCH', '/people?name=eq.Mary', { name: 'Marie' }, { prefer })).toMatchObject({
      status: 200,
      body: [{ name: 'Marie' }],
    });
    expect((await write('PATCH', '/people?name=eq.Marie', { name: 'Mary' })).status).toBe(204);
  });

  test('an error of PostgreSQL has its code, and the status that PostgREST assigns', async () => {
    const refused = async (path: string, body: unknown) => {
      const answer = await write('POST', path, body);
      return [answer.status, answer.body.code];
    };
    expect(await refused('/people', { name: 'Ada', email: 'ada@example.org' })).toEqual([409, '23505']);
    expect(await refused('/tasks', { person_id: 4711 })).toEqual([409, '23503']);
    expect(await refused('/tasks', { person_id: -1 })).toEqual([400, '23514']);
    expect(await refused('/people', { name: null })).toEqual([400, '23502']);
    expect(await refused('/people', { name: 'x', nope: 1 })).toEqual([400, 'PGRST204']);
    expect(await refused('/people', [{ name: 'x' }, { email: 'x' }])).toEqual([400, 'PGRST102']);
  });

  test('are returned by functions', async () => {
    expect((await ask('/rpc/twice?n=21')).body).toBe(42);
    expect((await write('POST', '/rpc/twice', { n: 4 })).body).toBe(8);
    expect((await ask('/rpc/named?part=Gr')).body).toMatchObject([{ name: 'Grace' }]);
    expect((await write('POST', '/rpc/touch', {})).status).toBe(204);
    expect(await ask('/rpc/touch')).toMatchObject({ status: 405, body: { code: '25006' } });
    expect(await ask('/rpc/twice?m=1')).toMatchObject({ status: 404, body: { code: 'PGRST202' } });
    expect(await ask('/rpc/twice', {}, { method: 'DELETE' })).toMatchObject({
      status: 405,
      body: { code: 'PGRST101' },
    });
  });

  test('the root describes only the tables that the role may use', async () => {
    const paths = async (headers: Readonly<Record<string, string>>) =>
      Object.keys((await ask('/', headers)).body.paths);
    expect(await paths({})).toEqual(['/', '/people', '/tasks']);
    expect(await paths({ 'accept-profile': 'agent' })).toEqual(['/', '/sessions']);
    expect(await paths({ authorization: '' })).toEqual(['/']);
  });
});
