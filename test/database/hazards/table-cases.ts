import { type Cases, noTransaction } from './case.ts';

export const tableCases: Cases = {
  'create-index': {
    file: 'create index c on h.t (n);',
    safe: [`${noTransaction}create index concurrently c on h.t (n);`],
    quiet: 'create index c on h.empty (n);',
  },
  'drop-index': {
    setup: 'create index c on h.t (n);',
    file: 'drop index h.c;',
    safe: ['drop index h.c;'],
    quiet: 'create table h.s (n int); create index s_n on h.s (n); drop index h.s_n;',
  },
  reindex: {
    setup: 'create index c on h.t (n);',
    file: 'reindex index h.c;',
    safe: [`${noTransaction}create index concurrently d on h.t (n);`, 'drop index h.c;'],
    quiet: 'create index e on h.empty (n); reindex index h.e;',
  },
  'refresh-materialized-view': {
    setup: 'create materialized view h.mv as select * from h.t; create unique index mv_id on h.mv (id);',
    file: 'refresh materialized view h.mv;',
    safe: ['refresh materialized view concurrently h.mv;'],
    quiet: 'refresh materialized view concurrently h.mv;',
  },
  'drop-table': {
    file: 'drop table h.other;',
    safe: ["comment on table h.other is 'not used any more';"],
    quiet: 'drop table h.empty;',
  },
  'drop-schema': {
    file: 'drop schema h cascade;',
    safe: ['drop table h.empty;'],
    quiet: 'create schema g; drop schema g cascade;',
  },
  'drop-type': {
    setup: "alter table h.t add column mood h.mood default 'calm';",
    file: 'drop type h.mood cascade;',
    safe: ['alter table h.t alter column mood drop default;'],
    quiet: 'drop type h.mood;',
  },
  'drop-attribute': {
    setup: 'create type h.pair as (a int, b int); alter table h.t add column p h.pair;',
    file: 'alter type h.pair drop attribute b;',
    safe: ["comment on column h.pair.b is 'not used any more';"],
    quiet: 'alter type h.pair rename attribute b to c;',
  },
  'drop-owned': {
    setup: 'create role h_gone;',
    file: 'drop owned by h_gone;',
    safe: ['reassign owned by h_gone to current_user;'],
    quiet: 'reassign owned by h_gone to current_user;',
  },
  'drop-sequence': {
    setup: 'create sequence h.numbers;',
    file: 'drop sequence h.numbers;',
    safe: ['alter sequence h.numbers owned by h.t.n;'],
    quiet: 'create sequence h.fresh; drop sequence h.fresh;',
  },
  'drop-view': {
    setup: 'create view h.seen as select * from h.t;',
    file: 'drop view h.seen;',
    safe: ["comment on view h.seen is 'not used any more';"],
    quiet: 'create view h.fresh as select 1; drop view h.fresh;',
  },
  'drop-cascade': {
    setup:
      'create function h.one() returns int language sql as $$ select 1 $$; alter table h.t alter n set default h.one();',
    file: 'drop function h.one() cascade;',
    safe: ['alter table h.t alter n drop default;', 'drop function h.one();'],
    quiet: 'drop function h.one();',
  },
  'rename-table': {
    file: 'alter table h.other rename to another;',
    safe: ['alter table h.other rename to another; create view h.other as select * from h.another;'],
    quiet: 'alter index h.other_pkey rename to another_pkey;',
  },
  'set-schema': {
    file: 'alter table h.other set schema public;',
    safe: ['alter table h.other set schema public; create view h.other as select * from public.other;'],
    quiet: 'create table h.s (n int); alter table h.s set schema public;',
  },
  truncate: {
    file: 'truncate h.t;',
    safe: ['create table h.kept as select * from h.t;'],
    quiet: 'truncate h.empty;',
  },
  'set-tablespace': {
    file: 'alter table h.t set tablespace h_space;',
    safe: [`${noTransaction}create index concurrently c on h.t (n);`],
    quiet: 'create table h.s (n int) tablespace h_space;',
  },
  'set-logged': {
    setup: 'create unlogged table h.u (n int); insert into h.u select generate_series(1, 300);',
    file: 'alter table h.u set logged;',
    safe: ['create table h.u_new (n int);', 'insert into h.u_new select n from h.u where n <= 100;'],
    quiet: 'alter table h.t set logged;',
  },
  'set-unlogged': {
    file: 'alter table h.other set unlogged;',
    safe: ['alter table h.other set logged;'],
    quiet: 'alter table h.empty set unlogged;',
  },
  'set-access-method': {
    setup: 'create access method heap_2 type table handler heap_tableam_handler;',
    file: 'alter table h.t set access method heap_2;',
    safe: ['create table h.t_new (like h.t including all) using heap_2;'],
    quiet: 'create table h.s (n int) using heap_2;',
  },
  cluster: {
    file: 'cluster h.t using t_pkey;',
    safe: ['alter table h.t cluster on t_pkey;'],
    quiet: 'alter table h.t cluster on t_pkey;',
  },
  'lock-table': {
    file: 'lock table h.t in share row exclusive mode;',
    safe: ['lock table h.t in row exclusive mode;'],
    quiet: 'lock table h.t in row exclusive mode;',
  },
};
