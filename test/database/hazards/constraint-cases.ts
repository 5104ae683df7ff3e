import { type Cases, noTransaction } from './case.ts';

export const constraintCases: Cases = {
  'add-check': {
    file: 'alter table h.t add constraint c check (n > 0);',
    safe: [
      'alter table h.t add constraint c check (n > 0) not valid;',
      'alter table h.t validate constraint c;',
    ],
    quiet: 'alter table h.t add constraint c check (n > 0) not valid;',
  },
  'add-foreign-key': {
    file: 'alter table h.other add constraint c foreign key (t_id) references h.t (id);',
    safe: [
      'alter table h.other add constraint c foreign key (t_id) references h.t (id) not valid;',
      'alter table h.other validate constraint c;',
    ],
    quiet: 'create table h.s (t_id int references h.t (id));',
  },
  'reference-from-new-table': {
    file: 'create table h.s (t_id int references h.t (id));',
    safe: [
      'create table h.s (t_id int); alter table h.s add constraint c foreign key (t_id) references h.t (id);',
    ],
    quiet: 'create table h.s (t_id int references h.empty (id));',
  },
  'add-primary-key': {
    setup: 'alter table h.other drop constraint other_pkey;',
    file: 'alter table h.other add constraint c primary key (id);',
    safe: [
      `${noTransaction}create unique index concurrently c on h.other (id);`,
      'alter table h.other add constraint c primary key using index c;',
    ],
    quiet: 'create table h.s (id int primary key);',
  },
  'primary-key-nullable': {
    setup: 'alter table h.other drop constraint other_pkey; create unique index other_t on h.other (t_id);',
    file: 'alter table h.other add constraint c primary key using index other_t;',
    safe: [
      'alter table h.other add constraint c check (t_id is not null) not valid;',
      'alter table h.other validate constraint c;',
      'alter table h.other alter column t_id set not null;',
      'alter table h.other add primary key using index other_t;',
    ],
    quiet: 'alter table h.other add constraint d unique using index other_t;',
  },
  'add-unique': {
    file: 'alter table h.t add constraint c unique (n);',
    safe: [
      `${noTransaction}create unique index concurrently c on h.t (n);`,
      'alter table h.t add constraint c unique using index c;',
    ],
    quiet: 'alter table h.empty add constraint c unique (n);',
  },
  'add-exclusion': {
    file: 'alter table h.t add constraint c exclude using btree (n with =);',
    safe: ['create table h.s (n int, constraint c exclude using btree (n with =));'],
    quiet: 'create table h.s (n int, constraint c exclude using btree (n with =));',
  },
  'validate-in-same-file': {
    file: 'alter table h.t add constraint c check (n > 0) not valid; alter table h.t validate constraint c;',
    safe: [
      'alter table h.t add constraint c check (n > 0) not valid;',
      'alter table h.t validate constraint c;',
    ],
    quiet: 'alter table h.t add constraint c check (n > 0) not valid;',
  },
  'drop-constraint': {
    setup: 'alter table h.other add constraint c foreign key (t_id) references h.t (id);',
    file: 'alter table h.other drop constraint c;',
    safe: ['alter table h.other drop constraint c;'],
    quiet: 'alter table h.empty drop constraint empty_pkey;',
  },
  'add-domain-constraint': {
    setup: 'create domain h.size as int; alter table h.t add column s h.size default 1;',
    file: 'alter domain h.size add constraint c check (value > 0);',
    safe: [
      'alter table h.t add constraint c check (s > 0) not valid;',
      'alter table h.t validate constraint c;',
    ],
    quiet: 'alter domain h.size set default 2;',
  },
};
