import type { Cases } from './case.ts';

const apart = 'create table h.part_2 (like h.parts including all)';
const attach = 'alter table h.parts attach partition h.ready for values from (1000) to (2000);';
const withDefault = `create table h.rest partition of h.parts default;
  insert into h.parts select i, i from generate_series(5000, 5300) i;`;
const onInsert = 'create function h.same() returns trigger language plpgsql as $$ begin return new; end $$;';
const trigger = 'create trigger same before insert on h.t for each row execute function h.same();';

export const otherCases: Cases = {
  'attach-partition': {
    file: attach,
    safe: [
      'alter table h.ready add constraint c check (id >= 1000 and id < 2000) not valid;',
      'alter table h.ready validate constraint c;',
      attach,
    ],
    quiet: `${apart}; alter table h.parts attach partition h.part_2 for values from (2000) to (3000);`,
  },
  'attach-beside-default': {
    setup: withDefault,
    file: `${apart}; alter table h.parts attach partition h.part_2 for values from (2000) to (3000);`,
    safe: [
      'alter table h.rest add constraint c check (id < 2000 or id >= 3000) not valid;',
      'alter table h.rest validate constraint c;',
      `${apart}; alter table h.parts attach partition h.part_2 for values from (2000) to (3000);`,
    ],
    quiet: `create table h.alone (id int) partition by range (id);
      create table h.alone_1 partition of h.alone for values from (2000) to (3000);`,
  },
  'create-partition': {
    file: 'create table h.part_2 partition of h.parts for values from (2000) to (3000);',
    safe: [`${apart}; alter table h.parts attach partition h.part_2 for values from (2000) to (3000);`],
    quiet: `${apart}; alter table h.parts attach partition h.part_2 for values from (2000) to (3000);`,
  },
  'detach-partition': {
    file: 'alter table h.parts detach partition h.part_1;',
    safe: ['alter table h.parts detach partition h.part_1;'],
    quiet: `create table h.s (id int) partition by range (id);
      create table h.s_1 partition of h.s default; alter table h.s detach partition h.s_1;`,
  },
  'create-trigger': {
    setup: onInsert,
    file: trigger,
    safe: [trigger],
    quiet: 'create trigger same before insert on h.empty for each row execute function h.same();',
  },
  'disable-trigger': {
    setup: `${onInsert} ${trigger}`,
    file: 'alter table h.t disable trigger same;',
    safe: [],
    quiet: 'alter table h.t enable trigger same;',
  },
  'create-rule': {
    file: 'create rule r as on delete to h.t do instead nothing;',
    safe: [`${onInsert} ${trigger}`],
    quiet: 'create rule r as on delete to h.empty do instead nothing;',
  },
  'create-policy': {
    file: 'create policy p on h.t;',
    safe: ['create policy p on h.t;'],
    quiet: 'create table h.s (n int); create policy p on h.s;',
  },
  'row-security': {
    file: 'alter table h.t enable row level security;',
    safe: ['create policy p on h.t;', 'alter table h.t enable row level security;'],
    quiet: 'alter table h.t no force row level security;',
  },
  'brief-lock': {
    file: 'alter table h.t add column c int;',
    safe: ['alter table h.t add column c int;'],
    quiet: 'alter table h.t alter column n set statistics 200;',
  },
  'update-all': {
    file: 'update h.t set n = 0;',
    safe: ['alter table h.t add column n_new int;', 'update h.t set n_new = 0 where id between 1 and 100;'],
    quiet: 'update h.t set n = 0 where id = 1;',
  },
  'fill-column': {
    file: 'alter table h.t add column c int; update h.t set c = n;',
    safe: ['alter table h.t add column c int;', 'update h.t set c = n where id between 1 and 100;'],
    quiet: 'update h.t set n = 1 where id = 1;',
  },
  'delete-rows': {
    file: 'with gone as (delete from h.t where n > 0 returning id) select count(*) from gone;',
    safe: ['create table h.kept as select * from h.t where id between 1 and 100;'],
    quiet: 'delete from h.empty;',
  },
  'rename-enum-value': {
    file: "alter type h.mood rename value 'calm' to 'quiet';",
    safe: ["alter type h.mood add value 'quiet';"],
    quiet: "alter type h.mood add value 'quiet';",
  },
  'disable-all-triggers': {
    file: 'set session_replication_role = replica;',
    safe: [],
    quiet: 'set local statement_timeout = 0;',
  },
  'own-lock-timeout': {
    file: "set lock_timeout = '1h';",
    safe: [],
    quiet: "set statement_timeout = '1h';",
  },
  'do-block': {
    file: 'do $$ begin perform 1; end $$;',
    safe: ['select 1;'],
    quiet: 'create function h.one() returns int language plpgsql as $$ begin return 1; end $$;',
  },
  'held-lock': {
    file: 'alter table h.t add column c int; insert into h.other values (0, 0);',
    safe: ['insert into h.other values (0, 0);', 'alter table h.t add column c int;'],
    quiet: 'insert into h.other values (0, 0); alter table h.t add column c int;',
  },
};
