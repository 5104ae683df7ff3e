import type { Build, Piece, Table } from './build.ts';

const firstColumn = (table: Table) => table.columns[0]?.name ?? 'id';

/** Views and materialized views over tables and other views. */
export const view: Piece = (build) => {
  const { dice } = build;
  const [one, other] = [build.table(), build.table()];
  const [a, b] = [firstColumn(one), firstColumn(other)];
  const text = build.column(one, /^(text|varchar)/);
  const name = `${build.schema()}.${build.name('view')}`;
  const bodies = [
    `select ${a} as x from ${one.name}`,
    `select o.${a} as x, count(*) as n from ${one.name} o group by o.${a} having count(*) > 0`,
    `select l.${a} as x, r.${b} as y from ${one.name} l left join ${other.name} r on r.${b}::text = l.${a}::text`,
    `select x from (select ${a} as x, row_number() over (order by ${a} desc nulls last) as place from ${one.name}) s where place < 5`,
    `with q as (select ${a} as x from ${one.name}) select q.x, (select count(*) from ${other.name}) from q`,
    `select ${a}::text as x from ${one.name} union all (select ${b}::text from ${other.name} order by 1 limit 3)`,
    `select case when ${a} is null then 'none' else 'some' end as x, coalesce(${a}::text, '') as y, array[${a}] as z from ${one.name}`,
    `select distinct on (${a}) ${a} as x, g.n from ${one.name}, generate_series(1, 3) with ordinality g (n, o) order by ${a}, g.n`,
    `values (1, 'a'), (2, 'b')`,
    `select l.x, s.c from (select ${a} as x from ${one.name}) l, lateral (select count(*) as c from ${other.name} r where r.${b}::text = l.x::text) s`,
    ...(text === undefined
      ? []
      : [
          `select ${text.name} as x from ${one.name} where ${text.name} in ('a', 'b') and ${text.name} !~~ 'z%'`,
          `select t.${text.name} as x from ${one.name} as t where t.${text.name} = any (array['a', 'b']::varchar[]) and extract(year from now()) > 2000`,
        ]),
  ];
  const body = dice.one(bodies);
  const kind = dice.chance(3) ? 'materialized view' : 'view';
  const options = kind === 'view' && dice.chance(4) ? ' with (security_barrier = true)' : '';
  build.add(`create ${kind} ${name}${options} as ${body}`);
  if (kind === 'materialized view' && dice.chance(2)) build.add(`create index on ${name} ((1))`);
  build.views.push(name);
  build.damage(name, `drop ${kind} ${name} cascade`, `comment on ${kind} ${name} is 'by hand'`);
  if (kind === 'view') build.damage(name, `alter view ${name} set (security_invoker = true)`);
  if (dice.chance(3)) {
    const above = `${build.schema()}.${build.name('above')}`;
    build.add(`create view ${above} as select * from ${name}`);
    build.damage(above, `drop view ${above} cascade`);
  }
};

const bodies = (table: Table): readonly (readonly [arguments_: string, returns: string, rest: string])[] => {
  const column = firstColumn(table);
  return [
    ['a int', 'int', `language sql immutable as 'select a + 1'`],
    ['a int, b text default $$x$$', 'text', `language plpgsql stable as 'begin return b || a; end'`],
    ['a int', 'bigint', `begin atomic select count(*) from ${table.name} where ${column} is not null; end`],
    ['', `setof ${table.name}`, `language sql stable as 'select * from ${table.name}'`],
    [`r ${table.name}`, 'text', `language sql stable return r.${column}::text`],
    ['variadic a int[]', 'int', `language sql parallel safe return array_length(a, 1)`],
    ['a int, out b int, out c text', 'record', `language sql as 'select a, $$c$$'`],
    ['a int', 'table (x int, y text)', `language sql rows 5 cost 7 as 'select a, $$y$$'`],
    ['a text', 'int', `language sql set search_path = alpha, pg_temp return length(a)`],
    [
      '',
      'bigint',
      `begin atomic delete from ${table.name} t where false; update ${table.name} as u set ${column} = default where false; select 1::bigint; end`,
    ],
  ];
};

/** Functions in SQL and PL/pgSQL, with bodies that are strings and bodies that are parsed. */
export const program: Piece = (build) => {
  const { dice } = build;
  const table = build.table(({ columns }) => /^(integer|text)$/.test(columns[0]?.type ?? ''));
  const [args, returns, rest] = dice.one(bodies(table));
  const name = `${build.schema()}.${build.name('fn')}`;
  build.add(`create function ${name}(${args}) returns ${returns} ${rest}`);
  build.damage(
    name,
    `drop function ${name} cascade`,
    `alter function ${name} cost 33`,
    `alter function ${name} security definer`,
  );
  build.damage(
    name,
    `revoke execute on function ${name} from public`,
    `alter function ${name} rename to by_hand`,
  );
  if (rest.includes('immutable')) {
    const used = build.table(({ columns }) => columns.some(({ type }) => type === 'integer'));
    const column = build.column(used, /^integer$/);
    if (column !== undefined) build.add(`create index on ${used.name} (${name}(${column.name}))`);
  }
};

/** Procedures and aggregates. */
export const procedure: Piece = (build) => {
  const name = `${build.schema()}.${build.name('proc')}`;
  const table = build.table();
  if (build.dice.chance(2)) {
    build.add(`create procedure ${name}(a int) begin atomic delete from ${table.name} where false; end`);
    build.damage(name, `drop procedure ${name}`, `alter procedure ${name} security definer`);
  } else {
    build.add(`create aggregate ${name}(int) (sfunc = int4larger, stype = int, initcond = '0')`);
    build.damage(name, `drop aggregate ${name}(int)`);
  }
};

/** Triggers, also on partitioned tables, and constraint triggers. */
export const trigger: Piece = (build) => {
  const table = build.table();
  const fn = `${build.schema()}.${build.name('tgf')}`;
  const name = build.name('tg');
  const column = firstColumn(table);
  const kinds = [
    `create trigger ${name} before insert or update of ${column} on ${table.name} for each row when (new.${column} is not null) execute function ${fn}('a', 'it''s')`,
    `create trigger ${name} after update on ${table.name} for each row when (old.* is distinct from new.*) execute function ${fn}()`,
    `create constraint trigger ${name} after insert on ${table.name} deferrable initially deferred for each row execute function ${fn}()`,
    `create trigger ${name} after delete on ${table.name} referencing old table as gone for each statement execute function ${fn}()`,
  ];
  build.add(
    `create function ${fn}() returns trigger language plpgsql as 'begin return coalesce(new, old); end'`,
    build.dice.one(kinds),
  );
  build.damage(
    name,
    `drop trigger ${name} on ${table.name}`,
    `alter table ${table.name} disable trigger ${name}`,
    `alter table ${table.name} enable always trigger ${name}`,
  );
  build.damage(
    fn,
    `create or replace function ${fn}() returns trigger language plpgsql as 'begin return new; end'`,
  );
  if (build.dice.chance(2)) build.damage(fn, `drop function ${fn}() cascade`);
};

/** Rules that write to other tables. */
export const rule: Piece = (build: Build) => {
  const table = build.table(({ partitioned }) => !partitioned);
  const other = build.table();
  const name = build.name('rule');
  // Rules that fire each other without end are refused, so none of them inserts or updates.
  const on = build.dice.one(['delete', 'update', 'insert']);
  const action =
    on === 'delete'
      ? build.dice.one(['do also nothing', 'do also notify changed'])
      : build.dice.one([
          `do also delete from ${other.name} where false`,
          `do also (notify changed; delete from ${other.name} t where t.${firstColumn(other)} is null)`,
          `where new.${firstColumn(table)} is null do also delete from ${other.name}`,
        ]);
  build.add(`create rule ${name} as on ${on} to ${table.name} ${action}`);
  build.damage(
    name,
    `drop rule ${name} on ${table.name}`,
    `alter table ${table.name} disable rule ${name}`,
    `create or replace rule ${name} as on ${on} to ${table.name} where 1 = 2 do also nothing`,
  );
};
