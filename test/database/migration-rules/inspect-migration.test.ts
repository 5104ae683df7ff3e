import { describe, expect, it } from 'vitest';
import { inspectMigration } from '../../../src/database/migration-rules/inspect-migration.ts';

async function faultsOf(text: string) {
  const found = await inspectMigration('100_mine.sql', text);
  return 'faults' in found ? found.faults : [];
}

async function modeOf(text: string) {
  const found = await inspectMigration('100_mine.sql', text);
  return 'faults' in found ? found.faults.map((fault) => fault.message) : found.mode;
}

describe('a file that may run in a transaction', () => {
  it.each([
    'create table a.b (id int);\ninsert into a.b values (1);',
    'create table a.b (id int);\r\ncreate index on a.b (id);\r\n',
    '-- a number that is kept free\n',
    '',
    "select '\\i x', $$\n\\copy begin; commit;\n$$; -- \\set\n",
    'do $$ begin null; end $$;',
    'create function f() returns int language sql begin atomic select 1; select 2; end;',
    'analyze; discard temp; cluster a.b; reindex table a.b; refresh materialized view concurrently m;',
    "alter type t add value 'x'; alter table a detach partition b; lock table a; set local search_path = a;",
    "copy a from '/srv/a.csv'; call p(); set constraints all deferred;",
    "create subscription s connection 'x' publication p with (connect = false);",
    'create subscription s connection $$x$$ publication p with (create_slot = off);',
    'alter subscription s set publication p with (refresh = 0);',
    "-- say '-- erp-deploy: no-transaction' on top\nselect 1;",
    'select 1;\n-- erp-deploy: no-transaction\n',
  ])('%j', async (text) => {
    expect(await modeOf(text)).toEqual({ mode: 'transaction' });
  });
});

describe('a file must not contain', () => {
  it.each([
    ['begin', 'transaction'],
    ['start transaction', 'transaction'],
    ['commit', 'transaction'],
    ['end', 'transaction'],
    ['rollback', 'transaction'],
    ['savepoint a', 'transaction'],
    ['release a', 'transaction'],
    ["prepare transaction 'x'", 'transaction'],
    ["commit prepared 'x'", 'transaction'],
    ['vacuum', 'VACUUM'],
    ['create database x', 'CREATE DATABASE'],
    ['drop database x', 'DROP DATABASE'],
    ["create tablespace t location '/x'", 'CREATE TABLESPACE'],
    ['drop tablespace t', 'DROP TABLESPACE'],
    ['alter system set work_mem = 1', 'ALTER SYSTEM'],
    ['alter database x set tablespace t', 'ALTER DATABASE'],
    ['create index concurrently i on a.b (c)', 'file of its own'],
    ['drop index concurrently a.i', 'DROP INDEX CONCURRENTLY'],
    ['reindex index concurrently a.i', 'REINDEX CONCURRENTLY'],
    ['reindex (concurrently) table a.b', 'REINDEX CONCURRENTLY'],
    ['reindex (concurrently on) table a.b', 'REINDEX CONCURRENTLY'],
    ['reindex schema a', 'REINDEX SCHEMA'],
    ['reindex database x', 'REINDEX DATABASE'],
    ['reindex system x', 'REINDEX SYSTEM'],
    ['cluster', 'CLUSTER without a table'],
    ['discard all', 'DISCARD ALL'],
    ['alter table a detach partition b concurrently', 'DETACH PARTITION CONCURRENTLY'],
    ["create subscription s connection 'x' publication p", 'CREATE SUBSCRIPTION'],
    ['alter subscription s refresh publication', 'REFRESH'],
    ['alter subscription s add publication p', 'PUBLICATION'],
    ['copy a from stdin', 'COPY'],
    ['copy a to stdout', 'COPY'],
  ])('%s', async (statement, said) => {
    const faults = await faultsOf(`select 1;\n\n${statement};\nselect 2;`);
    expect(faults).toMatchObject([{ file: '100_mine.sql', line: 3, column: 1 }]);
    expect(faults[0]?.message).toContain(said);
  });

  it.each([
    '\\i other.sql',
    '\\set x 1',
    "\\copy a from 'x.csv'",
    '\\connect other',
    '\\if true',
    '\\unrestrict x',
  ])('the psql command %s', async (command) => {
    const faults = await faultsOf(`select 1;\n  ${command}\nselect 2;`);
    expect(faults).toMatchObject([{ line: 2, column: 3 }]);
    expect(faults[0]?.message).toContain('psql command');
  });

  it('a psql command at the end of a statement', async () => {
    expect(await faultsOf('select 1 as a \\gset\nselect 2;')).toMatchObject([{ line: 1, column: 15 }]);
  });

  it('a psql variable, which is a syntax error; the problem explains it', async () => {
    const [fault] = await faultsOf("select :'name';");
    expect(fault?.message).toContain('psql variable');
  });

  it('a byte order mark or a NUL character; the rest is still checked', async () => {
    const faults = await faultsOf('\uFEFFselect 1;\nselect\0 2;\ncommit;');
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [2, 7],
      [3, 1],
    ]);
  });

  it('an unknown directive, which would otherwise be ignored silently', async () => {
    expect((await faultsOf('-- erp-deploy: notransaction\nselect 1;'))[0]?.message).toContain(
      'unknown directive',
    );
  });
});

describe('several faults in one file', () => {
  it('are all reported, in the order of the file', async () => {
    const text = [
      'create table a (id int name text);',
      "insert into a values (1, 'x');",
      '\\echo done',
      'vacuum;',
      'copy a from stdin;',
      "1\tit's",
      '\\.',
      'selec 1;',
      'create table b (id int;',
      'commit;',
    ].join('\n');
    expect((await faultsOf(text)).map((fault) => fault.line)).toEqual([1, 3, 4, 5, 8, 9, 10]);
  });

  it('end with an unterminated quote, because the text after it cannot be read', async () => {
    expect((await faultsOf("begin;\nselect 'open;\ncommit;")).map((fault) => fault.line)).toEqual([1, 2]);
  });

  it('are reported once for a routine whose body is broken', async () => {
    const text = 'create function f() returns int begin atomic selec 1; select 2; end;\nselect 1;';
    expect(await faultsOf(text)).toHaveLength(1);
  });
});

describe('a file marked no-transaction', () => {
  const marked = (sql: string) => `-- 100: a large index\n-- erp-deploy: no-transaction\n${sql}`;

  it('names its index, for recovery after a failure', async () => {
    expect(
      await modeOf(marked('create unique index concurrently people_email on erp.people (email);')),
    ).toEqual({
      mode: 'no-transaction',
      index: { schema: 'erp', name: 'people_email', table: 'people' },
      ifNotExists: false,
    });
  });

  it('reports an IF NOT EXISTS that would hide an invalid index', async () => {
    const sql = 'create index concurrently if not exists "Big" on only erp.people (email)';
    expect(await modeOf(marked(sql))).toMatchObject({ index: { name: 'Big' }, ifNotExists: true });
  });

  it.each([
    '',
    'create index i on erp.people (email);',
    'create index concurrently i on erp.people (email); select 1;',
    'begin; create index concurrently i on erp.people (email); commit;',
    'vacuum;',
  ])('refuses %j', async (sql) => {
    expect(await modeOf(marked(sql))).toEqual([
      expect.stringContaining('exactly one CREATE INDEX CONCURRENTLY'),
    ]);
  });

  it.each([
    'create index concurrently on erp.people (email)',
    'create index concurrently i on people (email)',
  ])('refuses an index that could not be found again: %s', async (sql) => {
    expect(await modeOf(marked(sql))).toEqual([expect.stringContaining('is found by its name')]);
  });
});
