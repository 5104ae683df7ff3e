import type { DdlCase } from './ddl-case.ts';

/** Damages after which a repair must not lose rows. */
export const rowCases: readonly DdlCase[] = [
  {
    title: 'a partition that was detached',
    sql: `create table depot.scan (at int not null, note text) partition by range (at);
      create table depot.scan_1 partition of depot.scan for values from (0) to (9); insert into depot.scan values (1, 'kept')`,
    damage: 'alter table depot.scan detach partition depot.scan_1',
    names: 'table depot.scan_1: partition of',
    rows: 'select note from depot.scan_1',
  },
  {
    title: 'a column that was renamed',
    sql: `create table depot.shelf (id int primary key, label text not null); create index on depot.shelf (label);
      insert into depot.shelf values (1, 'kept')`,
    damage: 'alter table depot.shelf rename column label to title',
    names: 'column depot.shelf.label: missing',
    rows: `select to_jsonb(s) @? '$.* ? (@ == "kept")' from depot.shelf s`,
  },
  {
    title: 'a table that was renamed',
    sql: `create table depot.rack (id serial primary key, label text); insert into depot.rack (label) values ('kept')`,
    damage: 'alter table depot.rack rename to old_rack',
    names: 'table depot.rack: missing',
  },
  {
    title: 'an identity in the place of a serial',
    sql: `create table depot.bin (id serial primary key, label text); insert into depot.bin (label) values ('a'), ('b')`,
    damage: `alter table depot.bin alter column id drop default; drop sequence depot.bin_id_seq;
      alter table depot.bin alter column id add generated always as identity (start with 10)`,
    names: 'sequence depot.bin_id_seq: missing',
    rows: 'select count(*), max(id) from depot.bin',
  },
  {
    title: 'an extra table with a serial and a function over it',
    sql: 'create table depot.used (id int)',
    damage: `create table depot.spare (id serial);
      create function depot.first(depot.spare) returns int language sql as 'select $1.id'`,
    names: 'table depot.spare: unexpected object',
  },
  {
    title: 'types, a domain and a sequence that were renamed, with the columns and functions that use them',
    sql: `create type depot.grade as enum ('a', 'b'); create domain depot.weight as int check (value > 0);
      create type depot.size as (w int); create sequence depot.number;
      create table depot.lot (g depot.grade default 'a', w depot.weight, s depot.size, n int default nextval('depot.number'));
      create function depot.best(depot.grade) returns depot.grade language sql as 'select $1';
      create view depot.graded as select g::text from depot.lot where g = 'a'; insert into depot.lot values ('a', 1, row(2))`,
    damage: `alter type depot.grade rename to mark; alter domain depot.weight rename to mass;
      alter type depot.size rename to extent; alter sequence depot.number rename to counter`,
    names: 'type depot.grade: missing',
    rows: `select count(*), to_regclass('depot.lot') from depot.lot`,
  },
  {
    title: 'a table that was renamed, with a function over its rows and a rule that writes to it',
    sql: `create table depot.shelf (id int primary key, label text); create table depot.note (shelf int references depot.shelf);
      create function depot.label(depot.shelf) returns text language sql as 'select $1.label';
      create rule touch as on insert to depot.note do also update depot.shelf set label = 'x'; insert into depot.shelf values (1, 'kept')`,
    damage: 'alter table depot.shelf rename to old_shelf',
    names: 'table depot.shelf: missing',
    rows: 'select count(*) from depot.note',
  },
  {
    title: 'extra types and functions that an extra table and an extra column use',
    sql: `create table depot.crate (id int primary key, label text); insert into depot.crate values (1, 'kept')`,
    damage: `create type depot.colour as enum ('red'); create function depot.default_colour() returns text language sql as 'select ''red''';
      create table depot.painted (c depot.colour); insert into depot.painted values ('red');
      alter table depot.crate add column colour text default depot.default_colour()`,
    names: 'type depot.colour: unexpected object',
    rows: 'select id, label from depot.crate',
  },
  {
    title: 'a column with another collation',
    sql: `create table depot.word (w text collate "C", v text); create index word_v on depot.word (v collate "POSIX"); insert into depot.word values ('a', 'b')`,
    damage: 'alter table depot.word alter column w type text collate "POSIX"',
    names: 'column depot.word.w: type',
    rows: 'select w, v from depot.word',
  },
];
