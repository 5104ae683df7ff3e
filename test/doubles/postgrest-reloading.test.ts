import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgrestService, startPostgrest } from './support/postgrest-service.ts';
import { until } from './support/running.ts';

let service: PostgrestService;
beforeAll(async () => {
  service = await startPostgrest();
}, 120_000);
afterAll(() => service.stop());

const ask: PostgrestService['ask'] = (...asked) => service.ask(...asked);
const write: PostgrestService['write'] = (...asked) => service.write(...asked);

describe('the schema cache', () => {
  test('does not contain a new table until NOTIFY', async () => {
    await service.session.script('create table erp.later (id int); grant select on erp.later to erp_api');
    expect((await ask('/later')).body.code).toBe('PGRST205');
    expect(await service.ready()).toBe(200);
    await service.session.script("notify pgrst, 'reload schema'");
    await until(
      () => ask('/later'),
      ({ status }) => status === 200,
    );
  });

  test('a request ends at the timeout that its role had at the last NOTIFY', async () => {
    expect((await ask('/rpc/settings')).body.timeout).toBe('9s');
    await service.session.script(
      "alter role erp_api set statement_timeout = '50ms'; notify pgrst, 'reload config'",
    );
    await until(
      () => ask('/rpc/settings'),
      ({ body }) => body.timeout === '50ms',
    );
    expect(await write('POST', '/rpc/slow', {})).toMatchObject({ status: 500, body: { code: '57014' } });
    await service.session.script(
      "alter role erp_api set statement_timeout = '9s'; notify pgrst, 'reload config'",
    );
  });

  test('settings of the login role are read again after NOTIFY', async () => {
    await service.session.script(
      "alter role erp_authenticator set pgrst.db_max_rows = '2'; notify pgrst, 'reload config'",
    );
    await until(
      () => ask('/people'),
      ({ body }) => body.length === 2,
    );
    await service.session.script(
      "alter role erp_authenticator reset pgrst.db_max_rows; notify pgrst, 'reload config'",
    );
  });
});
