import type { Cases } from './case.ts';

const fill = 'update h.t set c = gen_random_uuid() where id between 1 and 100';

export const columnCases: Cases = {
  'add-column-volatile-default': {
    file: 'alter table h.t add column c uuid default gen_random_uuid();',
    safe: [
      'alter table h.t add column c uuid;',
      'alter table h.t alter column c set default gen_random_uuid();',
      `${fill};`,
    ],
    quiet: 'alter table h.t add column c timestamptz not null default now();',
  },
  'add-column-serial': {
    file: 'alter table h.t add column c bigserial;',
    safe: [
      'create sequence h.c_seq; alter table h.t add column c bigint;',
      "alter table h.t alter column c set default nextval('h.c_seq');",
    ],
    quiet: 'create table h.s (c bigserial);',
  },
  'add-column-identity': {
    file: 'alter table h.t add column c bigint generated always as identity;',
    safe: [
      'create sequence h.c_seq; alter table h.t add column c bigint;',
      "alter table h.t alter column c set default nextval('h.c_seq');",
    ],
    quiet: 'alter table h.empty add column c bigint generated always as identity;',
  },
  'add-column-generated': {
    file: 'alter table h.t add column c int generated always as (n + 1) stored;',
    safe: [
      'alter table h.t add column c int;',
      `create function h.fill() returns trigger language plpgsql as $$ begin new.c := new.n + 1; return new; end $$;
       create trigger fill before insert or update on h.t for each row execute function h.fill();`,
    ],
    quiet: 'create table h.s (n int, c int generated always as (n + 1) stored);',
  },
  'add-column-domain': {
    setup: 'create domain h.positive as int check (value > 0);',
    file: 'alter table h.t add column c h.positive;',
    safe: [
      'alter table h.t add column c int;',
      'alter table h.t add constraint c_positive check (c > 0) not valid;',
      'alter table h.t validate constraint c_positive;',
    ],
    quiet: 'alter table h.empty add column c h.positive;',
  },
  'add-column-required': {
    file: 'alter table h.t add column c int not null;',
    fails: { code: '23502', alike: 'alter table h.empty add column c int not null;' },
    safe: ['alter table h.t add column c int not null default 0;'],
    quiet: 'alter table h.t add column c int not null default 0;',
  },
  'drop-column': {
    file: 'alter table h.t drop column v;',
    safe: ['alter table h.t alter column v drop not null;'],
    quiet: 'alter table h.empty drop column n;',
  },
  'rename-column': {
    file: 'alter table h.t rename column v to w;',
    safe: [
      'alter table h.t add column w varchar(50);',
      `create function h.sync() returns trigger language plpgsql as $$ begin new.w := new.v; return new; end $$;
       create trigger sync before insert or update on h.t for each row execute function h.sync();`,
    ],
    quiet: 'create table h.s (v int); alter table h.s rename column v to w;',
  },
  'set-not-null': {
    file: 'alter table h.t alter column n set not null;',
    safe: [
      'alter table h.t add constraint n_set check (n is not null) not valid;',
      'alter table h.t validate constraint n_set;',
      'alter table h.t alter column n set not null;',
    ],
    quiet: 'alter table h.t alter column n drop not null;',
  },
  'alter-type-rewrite': {
    file: 'alter table h.t alter column n type bigint;',
    safe: [
      'alter table h.t add column n_new bigint;',
      `create function h.sync() returns trigger language plpgsql as $$ begin new.n_new := new.n; return new; end $$;
       create trigger sync before insert or update on h.t for each row execute function h.sync();`,
    ],
    quiet: 'alter table h.t alter column v type varchar(80), alter column m type numeric(12, 2);',
  },
  'alter-type-lossy': {
    file: 'alter table h.t alter column m type numeric(10, 0);',
    safe: ['alter table h.t add column m_new numeric(10, 0);'],
    quiet: 'alter table h.t alter column v type text;',
  },
  'set-expression': {
    since: 17,
    setup: 'alter table h.t add column g int generated always as (n + 1) stored;',
    file: 'alter table h.t alter column g set expression as (n + 2);',
    safe: ['alter table h.t add column g_new int;'],
    quiet: 'alter table h.t alter column n set default 2;',
  },
};
