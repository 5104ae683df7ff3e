import type { DdlCase } from './ddl-case.ts';

/** Cases that random schemas found and shrank: each once broke the comparison or the repair. */
export const counterexamples: readonly DdlCase[] = [
  {
    title: 'an attribute of a composite type that was renamed',
    sql: `create type depot.place as (row int, shelf text collate "C"); create table depot.spot (p depot.place default row(1, 'a')::depot.place);
      insert into depot.spot default values`,
    damage: 'alter type depot.place rename attribute shelf to rack',
    names: 'type depot.place: attribute rack',
    rows: 'select (p)::text from depot.spot',
  },
  {
    title: 'a NOT NULL column without a default that was dropped from a table with rows',
    sql: `create table depot.sack (label text, weight int not null check (weight > 0)); insert into depot.sack values ('kept', 5)`,
    damage: 'alter table depot.sack drop column weight',
    names: 'column depot.sack.weight: missing',
    rows: 'select label from depot.sack',
    byHand: true,
  },
  {
    title: 'a column that must be filled by its check, and was dropped from a table with rows',
    sql: `create table depot.tin (label text, made date check (made is not null)); insert into depot.tin values ('kept', '2024-01-01')`,
    damage: 'alter table depot.tin drop column made',
    names: 'column depot.tin.made: missing',
    rows: 'select label from depot.tin',
    byHand: true,
  },
  {
    title: 'a column and a constraint of a parent table that were renamed',
    sql: `create table depot.vehicle (id int, plate text, constraint numbered check (id > 0) not valid);
      create table depot.truck (load int) inherits (depot.vehicle); create table depot.tanker () inherits (depot.truck);
      insert into depot.truck values (1, 'kept', 2)`,
    damage: `alter table depot.vehicle rename column plate to sign; alter table depot.vehicle rename constraint numbered to counted`,
    names: 'column depot.truck.plate: missing',
    rows: `select to_jsonb(t) @? '$.* ? (@ == "kept")' from depot.truck t`,
  },
  {
    title: 'a column and a check that were dropped from a parent table',
    sql: `create table depot.animal (id int, name text default 'x', constraint named check (id > 0));
      create table depot.dog (tail int) inherits (depot.animal); create index dog_name on depot.dog (name); insert into depot.dog values (1, 'a', 2)`,
    damage: 'alter table depot.animal drop column name, drop constraint named',
    names: 'column depot.dog.name: missing',
    rows: 'select id, tail from depot.dog',
  },
  {
    title: 'a detached partition that has a default of its own and an extra column',
    sql: `create table depot.trip (at int not null, note text default 'x') partition by range (at);
      create table depot.trip_1 partition of depot.trip for values from (0) to (9);
      alter table depot.trip_1 alter column note set default 'own', alter column note set not null; insert into depot.trip values (1, 'kept')`,
    damage:
      'alter table depot.trip detach partition depot.trip_1; alter table depot.trip_1 add column extra int',
    names: 'column depot.trip_1.extra: unexpected object',
    rows: 'select at, note from depot.trip_1',
  },
  {
    title: 'the type of a column of a partitioned table, whose partition has a default of its own',
    sql: `create table depot.leg (at int not null, note varchar(9) default 'x') partition by range (at);
      create table depot.leg_1 partition of depot.leg for values from (0) to (9); alter table depot.leg_1 alter column note set default 'own'`,
    damage: 'alter table depot.leg alter column note type text',
    names: 'column depot.leg.note: type',
  },
  {
    title: 'a child table that was dropped, whose parent has a check that is not valid',
    sql: `create table depot.orders (id int); create table depot.express () inherits (depot.orders);
      alter table depot.orders add constraint numbered check (id > 0) not valid`,
    damage: 'drop table depot.express',
    names: 'table depot.express: missing',
  },
  {
    title: 'the storage of a column, which has the usual one',
    sql: 'create table depot.page (body text, total numeric)',
    damage:
      'alter table depot.page alter column body set storage external, alter column total set storage plain',
    names: 'column depot.page.body: storage',
  },
  {
    title: 'a check that is not valid and was validated, whose table has a child with it as a valid one',
    sql: `create table depot.crate (id int);
      alter table depot.crate add constraint known check (id is not null) not valid;
      create table depot.box (size int) inherits (depot.crate); create table depot.chest () inherits (depot.box)`,
    damage: 'alter table depot.crate validate constraint known',
    names: 'check known on depot.crate: validated',
  },
  {
    title: 'a check that is not valid and was dropped, whose table has a child with it as a valid one',
    sql: `create table depot.shelf (id int); alter table depot.shelf add constraint known check (id > 0) not valid;
      create table depot.board () inherits (depot.shelf)`,
    damage: 'alter table depot.shelf drop constraint known',
    names: 'check known on depot.shelf: missing',
  },
];
