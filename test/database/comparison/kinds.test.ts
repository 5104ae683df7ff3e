import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../src/adapters/postgres-session.ts';
import { type Catalog, keyOf, objectKinds } from '../../../src/database/catalog/catalog.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { compareCatalogs } from '../../../src/database/comparison/compare.ts';
import { losesRows, repairScript } from '../../../src/database/comparison/repair-script.ts';
import type { Session } from '../../../src/domain/session.ts';
import { startPostgres } from '../../support/database/real-postgres.ts';
import { wideSchema } from '../../support/database/wide-schema.ts';
import { engines } from '../../support/production/older-engines.ts';

let session: Session;
let expected: Catalog;
beforeAll(async () => {
  session = await engines['18']();
  await session.script(wideSchema);
  expected = await readCatalog(session);
}, 120_000);
afterAll(() => session.close());
beforeEach(async () => void (await session.script('begin')));
afterEach(async () => void (await session.script('rollback')));

test('a catalog contains every kind of object', () => {
  expect(new Set(expected.objects.map(({ kind }) => kind))).toEqual(new Set(objectKinds));
});

describe.each(['17', '16'] as const)('PostgreSQL %s', (major) => {
  test('produces the same catalog for the same schema', async () => {
    const older = await engines[major]();
    await older.script(wideSchema);
    const live = await readCatalog(older);
    await older.close();
    expect(await compareCatalogs(expected, live, { strict: true })).toEqual([]);
    expect(live.objects).toEqual(expected.objects);
  });
});

test('a real server produces the same catalog, and a view that it only formats differently is not repaired', async () => {
  const server = await startPostgres();
  const live = await openPostgres(server.config);
  try {
    await live.script(wideSchema);
    expect(await compareCatalogs(expected, await readCatalog(live), { strict: true })).toEqual([]);
    await live.script(
      'create or replace view shop.busy_order as select id from shop.open_order where lines > 4',
    );
    expect((await compareCatalogs(expected, await readCatalog(live))).map(({ name }) => name)).toEqual([
      'shop.busy_order',
    ]);
  } finally {
    await live.close();
    await server.stop();
  }
});

test('a dropped schema is one missing object, and its repair creates it again', async () => {
  await session.script('drop schema shop cascade; drop role erp_clerk, erp_viewer');
  const found = await compareCatalogs(expected, await readCatalog(session));
  expect(found.map(({ kind, name, aspect }) => [kind, name, aspect])).toEqual([
    ['role', 'erp_clerk', 'missing'],
    ['role', 'erp_viewer', 'missing'],
    ['schema', 'shop', 'missing'],
  ]);
  await session.script(repairScript(found, { includeDestructive: true }).join(';\n'));
  expect(await compareCatalogs(expected, await readCatalog(session), { strict: true })).toEqual([]);
});

const line = 'shop.line';
const order = 'shop."Order"';

test('the repair changes the type of a column that views and triggers use', async () => {
  const using = /^(view shop\.|trigger |grant on table shop\.open_order)/;
  const again = expected.objects.filter(
    (object) => using.test(keyOf(object)) && /open|busy|when/.test(object.name),
  );
  await session.script(`drop view shop.open_order cascade; drop trigger stamp_when on ${order};
    alter table ${order} alter column number type bigint; ${again.map(({ definition }) => definition).join(';')}`);
  const found = await compareCatalogs(expected, await readCatalog(session));
  expect(found.map(({ name, aspect }) => [name, aspect])).toEqual([[`${order}.number`, 'type']]);
  await session.script(repairScript(found, { includeDestructive: true }).join(';\n'));
  expect(await compareCatalogs(expected, await readCatalog(session), { strict: true })).toEqual([]);
});

test('the repair restores the signature of a function with dependent objects, and loses no row', async () => {
  const tax = expected.objects.find(({ name }) => name === 'shop.tax(shop.price, numeric)')?.definition ?? '';
  const again = expected.objects.filter(({ name }) =>
    [
      'shop."Order".tax',
      'shop.line_tax_idx',
      'on function shop.tax(shop.price, numeric) to erp_clerk',
    ].includes(name),
  );
  await session.script(`drop function shop.tax(shop.price, numeric) cascade;
    ${tax.replace('amount ', 'money ').replace('amount *', 'money *')};
    revoke all on function shop.tax(shop.price, numeric) from public; ${again.map(({ definition }) => definition).join(';')};
    alter table shop.line alter column amount set default shop.tax(100);
    insert into shop."Order" (id, net) values (1, 5); insert into shop.line (order_id, position, amount) values (1, 1, 7)`);
  const found = await compareCatalogs(expected, await readCatalog(session));
  expect(found.map(({ aspect }) => aspect)).toEqual(['signature', 'definition', 'column order']);
  const script = repairScript(found, { includeDestructive: true });
  expect(script.filter((sql) => /table shop.line drop|primary key|foreign key/i.test(sql))).toEqual([]);
  await session.script(script.join(';\n'));
  const left = await compareCatalogs(expected, await readCatalog(session));
  expect(left.map(({ aspect }) => aspect)).toEqual(['column order']);
  expect(
    await session.query('select amount::text, tax::text from shop.line join shop."Order" on id = order_id'),
  ).toEqual([{ amount: '7.00', tax: '0.9500' }]);
});

/**
 * Each change with the names of the expected differences. Without a further entry, the repair has to undo it
 * completely.
 */
const changes: readonly (readonly [sql: string, ...names: string[]])[] = [
  ['drop type shop.mood cascade', 'shop.mood'],
  [`alter type shop.mood rename value 'sad' to 'blue'; alter type shop.mood rename value 'blue' to 'sad'`],
  [`alter type shop.mood rename value 'sad' to 'blue'`, 'shop.mood'],
  ['drop collation shop.plain', 'shop.plain'],
  ['alter type shop.size add attribute depth integer', 'shop.size'],
  ['alter type shop.size drop attribute label', 'shop.size'],
  ['drop type shop.span', 'shop.span'],
  ['drop aggregate shop.join_all(text)', 'shop.join_all(text)'],
  ['drop cast (shop.size as text)', '(shop.size as text)'],
  ['drop statistics shop.line_stat', 'shop.line_stat'],
  ['alter statistics shop.line_stat set statistics 7', 'shop.line_stat'],
  ['alter event trigger shop_ddl disable', 'shop_ddl'],
  ['drop event trigger shop_ddl', 'shop_ddl'],
  ['drop publication shop_feed', 'shop_feed'],
  [`alter publication shop_feed set (publish = 'insert, update')`, 'shop_feed'],
  [`alter table ${line} replica identity full`, line],
  [`alter table ${line} cluster on line_pkey`, line],
  ['alter table shop.cache owner to erp_clerk', 'shop.cache'],
  ['alter table shop.cache set (fillfactor = 50)', 'shop.cache'],
  [`alter table shop.event_2026 alter column kind set default 'x'`, 'shop.event_2026'],
  ['alter table shop.cache alter column key set storage external', 'shop.cache.key'],
  ['alter table shop.cache rename column value to content', 'shop.cache.content', 'shop.cache.value'],
  ['alter table shop.cache rename to store', 'shop.cache', 'shop.store'],
  ['alter domain shop.price drop constraint price_check', 'shop.price'],
  [
    'alter domain shop.price drop not null; alter domain shop.price set default 5',
    'shop.price',
    'shop.price',
  ],
  ['alter domain shop.price add constraint more check (value < 1000)', 'shop.price'],
  ['drop sequence shop.invoice_no cascade', 'shop.invoice_no', `${order}.number`],
  ['alter sequence shop.invoice_no increment by 1 no cycle', 'shop.invoice_no'],
  ['alter sequence shop.invoice_no as bigint maxvalue 2147483647', 'shop.invoice_no'],
  [`alter sequence shop.invoice_no owned by ${order}.number`, 'shop.invoice_no'],
  [`alter sequence shop."Order_id_seq" owned by none`, 'shop."Order_id_seq"'],
  ['drop function shop.tax(shop.price, numeric) cascade', 'shop.tax(shop.price, numeric)', `${line}.amount`],
  [
    `create or replace function shop.tax(amount shop.price, rate numeric default 0.07) returns numeric language sql immutable as 'select amount * rate'`,
    'shop.tax(shop.price, numeric)',
  ],
  [
    `create or replace procedure shop.tidy(inout days integer) language plpgsql as 'begin days := 2; end'`,
    'shop.tidy(integer)',
  ],
  ['drop procedure shop.tidy(integer)', 'shop.tidy(integer)'],
  ['drop function shop.orders(), shop.lines()', 'shop.lines()', 'shop.orders()'],
  [`drop table ${order} cascade`, order],
  [`alter table ${order} alter column code type text collate "POSIX"`, `${order}.code`],
  [`alter table ${order} alter column note type varchar(30)`, `${order}.note`],
  [`alter table ${order} alter column "when" set default '2021-01-01'`, `${order}."when"`],
  [`alter table ${order} alter column tax drop expression`, `${order}.tax`],
  [`alter table ${order} drop constraint "Order_note check"`, `"Order_note check" on ${order}`],
  [`alter table ${order} drop constraint code_key`, `code_key on ${order}`],
  [`alter table ${order} drop constraint no_overlap`, `no_overlap on ${order}`],
  [`alter table ${line} alter constraint line_order_id_fkey not deferrable`, `line_order_id_fkey on ${line}`],
  [`alter table ${line} drop constraint line_pkey cascade`, `line_pkey on ${line}`],
  [
    `drop index shop.line_amount_idx; create index line_amount_idx on ${line} (amount)`,
    'shop.line_amount_idx',
  ],
  ['alter table shop.cache set logged', 'shop.cache'],
  ['alter table shop.derived no inherit shop.base', 'shop.derived'],
  ['drop table shop.event_2026', 'shop.event_2026'],
  ['alter table shop.event detach partition shop.event_2026', 'shop.event_2026'],
  [
    `alter table shop.event detach partition shop.event_2026;
     alter table shop.event attach partition shop.event_2026 for values from ('2026-01-01') to ('2026-07-01')`,
    'shop.event_2026',
  ],
  [
    `alter table shop.event detach partition shop.event_2026; alter table shop.event_2026 add column more text`,
    'shop.event_2026',
    'shop.event_2026.more',
  ],
  ['create table shop.more (id serial primary key, other text)', 'shop.more'],
  [`alter table ${line} add column more bigserial`, `${line}.more`],
  [
    `create table shop.more (id int); create function shop.label(shop.more) returns int language sql as 'select $1.id'`,
    'shop.label(shop.more)',
    'shop.more',
  ],
  [
    `alter table ${order} rename to more`,
    'shop."Order_id_seq"',
    'shop.orders()',
    'shop.open_order',
    order,
    `line_order_id_fkey on ${line}`,
    'shop.more',
  ],
  ['drop table shop.event cascade', 'shop.event'],
  ['drop index shop.event_kind_idx', 'shop.event_kind_idx'],
  ['drop view shop.open_order cascade', 'shop.open_order'],
  ['alter view shop.open_order reset (security_barrier)', 'shop.open_order'],
  [
    'create or replace view shop.busy_order as select id from shop.open_order where lines > 4',
    'shop.busy_order',
  ],
  ['drop materialized view shop.totals', 'shop.totals'],
  ['drop index shop.totals_order_idx', 'shop.totals_order_idx'],
  [`drop trigger stamp_when on ${order}`, `stamp_when on ${order}`],
  ['drop trigger no_insert on shop.open_order', 'no_insert on shop.open_order'],
  [`alter table ${line} enable trigger sleeper`, `sleeper on ${line}`],
  [`alter table ${line} enable trigger replayed`, `replayed on ${line}`],
  ['drop rule keep on shop.cache', 'keep on shop.cache'],
  ['alter table shop.cache disable rule keep', 'keep on shop.cache'],
  [`alter policy own_lines on ${line} to erp_clerk`, `own_lines on ${line}`],
  [`drop policy own_lines on ${line}`, `own_lines on ${line}`],
  [`alter table ${line} no force row level security, disable row level security`, line, line],
  [`alter table ${line} alter column parent_position type integer`, `${line}.parent_position`],
  ['revoke usage on schema shop from public', 'on schema shop to public'],
  [`revoke grant option for select on ${order} from erp_viewer`, `on table ${order} to erp_viewer`],
  [`grant insert on ${order} to erp_viewer with grant option`, `on table ${order} to erp_viewer`],
  [`revoke update (note) on ${order} from erp_clerk`, `(note) on table ${order} to erp_clerk`],
  [`grant select ("when") on ${order} to public`, `("when") on table ${order} to public`],
  ['grant execute on procedure shop.tidy(integer) to public', 'on procedure shop.tidy(integer) to public'],
  ['grant usage on type shop.mood to public', 'on type shop.mood to public'],
  ['revoke usage on type shop.price from public', 'on type shop.price to public'],
  ['revoke usage on sequence shop.invoice_no from erp_clerk', 'on sequence shop.invoice_no to erp_clerk'],
  [
    'alter default privileges in schema shop revoke all on sequences from erp_clerk',
    'in schema shop on sequences to erp_clerk',
  ],
  ['revoke erp_viewer from erp_clerk', 'erp_clerk'],
  ['grant erp_viewer to erp_clerk with admin option', 'erp_clerk'],
  [`alter role erp_clerk in database ${'postgres'} set work_mem = '1MB'`, 'erp_clerk'],
  ['alter role erp_clerk reset all', 'erp_clerk', 'erp_clerk'],
  [`alter role erp_clerk valid until 'infinity' connection limit 9`, 'erp_clerk', 'erp_clerk'],
];

test.each(changes)(
  '%s: is reported, and its repair leaves only differences whose repair could lose rows',
  async (sql, ...names) => {
    await session.script(sql);
    const found = await compareCatalogs(expected, await readCatalog(session));
    const leftAfter = async (includeDestructive: boolean) => {
      await session.script(repairScript(found, { includeDestructive }).join(';\n') || 'select');
      const left = await compareCatalogs(expected, await readCatalog(session));
      // A column that is created again becomes the last one.
      return left
        .filter(({ severity }) => severity === 'difference')
        .map(({ name, aspect }) => [name, aspect]);
    };
    const destructive = found.filter(losesRows);
    const safely = destructive.length === 0 ? [] : await leftAfter(false);
    // Uses no savepoint, because the embedded engine starts no subtransaction after some of the changes.
    if (destructive.length > 0) await session.script('rollback; begin').then(() => session.script(sql));
    expect({
      names: found.map(({ name }) => name),
      safely,
      left: await leftAfter(true),
    }).toEqual({
      names,
      safely: destructive.map(({ name, aspect }) => [name, aspect]),
      left: [],
    });
  },
);
