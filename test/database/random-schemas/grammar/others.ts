import type { Piece } from './build.ts';

/** Enumerated types, domains, composite types and ranges. */
export const type: Piece = (build) => {
  const { dice } = build;
  const name = `${build.schema()}.${build.name('type')}`;
  const kind = dice.upTo(5);
  if (kind === 0) {
    build.add(`create type ${name} as enum ('a', 'b c', 'it''s')`);
    build.types.push([name, "'a'"]);
    build.damage(
      name,
      `alter type ${name} rename value 'b c' to 'by hand'`,
      `alter type ${name} add value 'by hand'`,
    );
  } else if (kind === 1) {
    build.add(`create domain ${name} as varchar(9) default 'a' constraint ok check (value in ('a', 'b'))`);
    build.types.push([name, "'a'"]);
    build.damage(
      name,
      `alter domain ${name} drop constraint ok`,
      `alter domain ${name} set default 'b'`,
      `alter domain ${name} set not null`,
    );
  } else if (kind === 2) {
    build.add(`create type ${name} as (x int, y text collate "C")`);
    build.types.push([name, `row(1, 'a')::${name}`]);
    build.damage(
      name,
      `alter type ${name} add attribute by_hand int cascade`,
      `alter type ${name} rename attribute y to by_hand`,
    );
  } else if (kind === 3) {
    build.add(`create type ${name} as range (subtype = float8, subtype_diff = float8mi)`);
    build.types.push([name, "'[1,2)'"]);
  } else {
    build.add(`create domain ${name} as int[] check (array_length(value, 1) < 5) not null`);
    build.types.push([name, "'{1}'"]);
    build.damage(name, `alter domain ${name} drop not null`);
  }
  const word = kind === 1 || kind === 4 ? 'domain' : 'type';
  build.damage(name, `alter ${word} ${name} rename to renamed_by_hand`, `drop ${word} ${name} cascade`);
  build.damage(name, `revoke usage on ${word} ${name} from public`);
};

/** Indexes of many kinds. */
export const index: Piece = (build) => {
  const { dice } = build;
  const table = build.table();
  const column = dice.one(table.columns);
  const name = build.name('ix');
  const qualified = `${table.schema}.${name}`;
  const on = `on ${table.name}`;
  const ways = [
    `create index ${name} ${on} (${column.name}) where ${column.name} is not null`,
    `create index ${name} ${on} ((${column.name} is null), (1 + 1))`,
    `create index ${name} ${on} ((${column.name} is not null) desc nulls last)`,
    ...(/^(integer|text|varchar|date|bigint)/.test(column.type)
      ? [
          `create index ${name} ${on} using brin (${column.name})`,
          `create index ${name} ${on} using hash (${column.name})`,
          `create index ${name} ${on} (${column.name} desc nulls last) include (${column.name}) with (fillfactor = 60)`,
        ]
      : []),
    ...(/^(text|varchar)/.test(column.type)
      ? [
          `create index ${name} ${on} (lower(${column.name}), ${column.name} collate "C" text_pattern_ops) where ${column.name} in ('a', 'b')`,
        ]
      : []),
    ...(column.type === 'timestamptz'
      ? [`create index ${name} ${on} ((${column.name} at time zone 'UTC'))`]
      : []),
    ...(/^(jsonb|tsvector|integer\[\])$/.test(column.type)
      ? [`create index ${name} ${on} using gin (${column.name})`]
      : []),
  ];
  const way = dice.one(ways);
  build.add(way);
  build.damage(qualified, `drop index ${qualified}`, `alter index ${qualified} rename to by_hand`);
  build.damage(qualified, `drop index ${qualified}; create index ${name} ${on} ((2 + 3))`);
};

/** Constraints that ALTER TABLE adds. */
export const constraint: Piece = (build) => {
  const { dice } = build;
  const table = build.table(({ partitioned }) => !partitioned);
  const [first] = table.columns;
  const name = build.name('con');
  const at = `alter table ${table.name}`;
  const range = build.column(table, /^int4range$/);
  const text = build.column(table, /^(text|varchar)/);
  const ways = [
    `check (${first?.name} is not null or 1 = 1) not valid`,
    `check (num_nonnulls(${first?.name}) >= 0) no inherit`,
    ...(/^(integer|bigint)$/.test(first?.type ?? '')
      ? [
          `unique (${first?.name}) deferrable initially deferred`,
          `unique nulls not distinct (${first?.name})`,
        ]
      : []),
    ...(range === undefined
      ? []
      : [`exclude using gist (${range.name} with &&) where (${range.name} is not null)`]),
    ...(text === undefined
      ? []
      : [`check (${text.name} in ('a', 'b', 'kept') or length(${text.name}::text) < 100)`]),
  ];
  const way = dice.one(ways);
  build.add(`${at} add constraint ${name} ${way}`);
  build.damage(name, `${at} drop constraint ${name} cascade`, `${at} rename constraint ${name} to by_hand`);
  if (way.endsWith('not valid')) build.damage(name, `${at} validate constraint ${name}`);
};

/** Row security. */
export const policy: Piece = (build) => {
  const table = build.table();
  const name = build.name('pol');
  const column = table.columns[0]?.name ?? 'id';
  const ways = [
    `using (${column} is not null)`,
    `as restrictive for select to random_reader using (${column}::text <> current_user)`,
    `for insert to random_reader, random_writer with check (${column}::text in ('1', '2'))`,
    `for update using (true) with check (exists (select from ${table.name} o where o.${column} is not null))`,
  ];
  build.add(
    `alter table ${table.name} enable row level security`,
    `create policy ${name} on ${table.name} ${build.dice.one(ways)}`,
  );
  build.damage(
    name,
    `drop policy ${name} on ${table.name}`,
    `alter policy ${name} on ${table.name} to random_writer`,
  );
  build.damage(
    table.name,
    `alter table ${table.name} disable row level security`,
    `alter table ${table.name} force row level security`,
  );
};

/** Privileges of objects, and of later objects. */
export const privileges: Piece = (build) => {
  const table = build.table();
  const column = table.columns[0]?.name ?? 'id';
  const schema = table.schema;
  build.add(
    `grant select, insert on ${table.name} to random_reader with grant option`,
    `grant update (${column}) on ${table.name} to random_writer`,
    `grant usage on schema ${schema} to random_reader, public`,
  );
  build.damage(
    table.name,
    `revoke insert on ${table.name} from random_reader`,
    `revoke grant option for select on ${table.name} from random_reader`,
    `revoke update (${column}) on ${table.name} from random_writer`,
    `grant truncate on ${table.name} to public`,
  );
  build.damage(schema, `revoke usage on schema ${schema} from random_reader`);
  if (build.dice.chance(2)) {
    build.add(`alter default privileges in schema ${schema} grant select on tables to random_reader`);
    build.damage(
      schema,
      `alter default privileges in schema ${schema} revoke select on tables from random_reader`,
    );
  }
};

/** Sequences, with and without an owner. */
export const sequence: Piece = (build) => {
  const table = build.table(({ partitioned }) => !partitioned);
  const name = `${table.schema}.${build.name('seq')}`;
  const column = build.name('num');
  const at = `alter table ${table.name}`;
  build.add(
    `create sequence ${name} as int increment 2 minvalue -5 start 3 cache 4 cycle`,
    `${at} add column ${column} int default nextval('${name.replaceAll("'", "''")}')`,
  );
  if (build.dice.chance(2)) {
    build.add(`alter sequence ${name} owned by ${table.name}.${column}`);
    build.damage(name, `alter sequence ${name} owned by none`);
  }
  build.damage(
    name,
    `alter sequence ${name} increment 9`,
    `alter sequence ${name} rename to renamed_by_hand`,
  );
  build.damage(name, `${at} alter column ${column} drop default; drop sequence ${name}`);
};

/** Objects of the database, and properties that need no definition. */
export const others: Piece = (build) => {
  const { dice } = build;
  const table = build.table(({ partitioned }) => !partitioned);
  const name = build.name('other');
  const schema = table.schema;
  const fn = `${schema}.${build.name('evf')}`;
  const ways: readonly (() => void)[] = [
    () => {
      build.add(`create publication ${name} for table ${table.name} with (publish = 'insert, update')`);
      build.damage(name, `drop publication ${name}`, `alter publication ${name} set (publish = 'delete')`);
    },
    () => {
      build.add(
        `create statistics ${schema}.${name} on (1 + 1), (${table.columns[0]?.name} is null) from ${table.name}`,
      );
      build.damage(name, `drop statistics ${schema}.${name}`);
    },
    () => {
      build.add(
        `create function ${fn}() returns event_trigger language plpgsql as 'begin end'`,
        `create event trigger ${name} on ddl_command_end when tag in ('CREATE SCHEMA') execute function ${fn}()`,
      );
      build.damage(name, `drop event trigger ${name}`, `alter event trigger ${name} disable`);
    },
    () => {
      build.add(
        `create collation ${schema}.${name} (provider = libc, locale = 'C')`,
        `alter table ${table.name} add column ${build.name('coll')} text collate ${schema}.${name}`,
      );
      build.damage(name, `alter collation ${schema}.${name} rename to by_hand`);
    },
    () => {
      build.add(`comment on table ${table.name} is 'it''s "told"'`);
      build.damage(table.name, `comment on table ${table.name} is null`);
    },
    () => {
      // A sequence can be owned only by a column of a table of the same owner.
      build.last.push(`alter table ${table.name} owner to random_writer`);
      build.damage(table.name, `alter table ${table.name} owner to random_reader`);
    },
    () => {
      build.add(`create text search dictionary ${schema}.${name} (template = simple)`);
      build.damage(name, `drop text search dictionary ${schema}.${name}`);
    },
    () => {
      build.add(
        `select set_config('search_path', '${schema === 'alpha' ? 'alpha' : '"Beta b"'}', false)`,
        `create table ${name} (a int default 1)`,
        `set datestyle = 'German'`,
        `create table ${build.name('later')} (d date default '03.04.2024')`,
      );
      build.damage(name, `drop table ${schema}.${name}`);
    },
  ];
  dice.one(ways)();
};
