import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import { inspectMigration } from '../../../src/database/migration-rules/inspect-migration.ts';
import { compareStarter, type OurObjects } from '../../../src/database/starter-schema/compare.ts';
import { findMissingCommas } from '../../../src/database/starter-schema/missing-comma.ts';
import { proposeMigration } from '../../../src/database/starter-schema/propose-migration.ts';
import { readStarterObjects } from '../../../src/database/starter-schema/read-objects.ts';
import type { Session } from '../../../src/domain/session.ts';
import { starterText } from './starter-text.ts';

/** Every way of writing a type and an index that a starter might use. */
const everything = `
create schema erp; create extension vector with schema public;
create table erp.t (
  a smallint, b int, c bigint, d smallserial, e serial, f bigserial, g real, h double precision, i float(20),
  j numeric, k decimal(10,2), l text, m varchar, n varchar(20), o char, p char(3), q bpchar, r "char", s boolean,
  t date, u time, v time(3) with time zone, w timestamp, x timestamp(3), y timestamptz, z timestamptz(0),
  aa interval, ab interval year to month, ac interval(3), ad interval second(3), ae text[], af int[3][], ag int array,
  ah vector(1536), ai public.vector, aj bit, ak bit(3), al bit varying(5), am uuid, an jsonb, ao bytea, ap inet,
  aq int4range, ar numeric(5,0), as_ tsvector, at name, au xml, av timestamp without time zone, aw time(0)
);
create index i1 on erp.t (l);
create index i2 on erp.t using btree (c desc, l asc nulls first, n desc nulls last);
create unique index i3 on erp.t (lower(n)) where l in ('a', 'b') and s;
create index i4 on erp.t (l) where l not in ('a', 'b') or (n like 'x%' and not s);
create index i5 on erp.t using gin (an jsonb_path_ops) where an is not null;
create index i6 on erp.t using gin (to_tsvector('english', l));
create index i7 on erp.t using hnsw (ah vector_cosine_ops) with (m = 8);
create index i8 on erp.t ((an ->> 'kind'), (l || n)) include (s, t);
create index i9 on erp.t (b) where b between 1 and 10 and s = true and l != 'x' and n = 'y';
create index i10 on erp.t (l collate "C", (l) text_pattern_ops);
create unique index i11 on erp.t (b) nulls not distinct where a > 0::smallint;
create index i12 on erp.t (coalesce(l, n), date_trunc('day', w)) where l ilike '%x' and (a = 1 and (b = 2 and c = 3));
create index i13 on erp.t using hash (l);
create index i14 on erp.t (extract(year from t), cast(b as bigint), (w::date));
`;

async function objectsOf(session: Session): Promise<OurObjects> {
  const columns = await session.query(`
    select n.nspname || '.' || c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and a.attnum > 0 and n.nspname in ('erp', 'agent')`);
  const indexes = await session.query(`
    select n.nspname || '.' || c.relname as table, am.amname as method, i.indisunique as unique,
      pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class ic on ic.oid = i.indexrelid join pg_am am on am.oid = ic.relam
    where n.nspname in ('erp', 'agent')`);
  return {
    columns: columns.map((row) => ({ table: `${row.table}`, column: `${row.column}`, type: `${row.type}` })),
    indexes: indexes.map((row) => ({
      table: `${row.table}`,
      method: `${row.method}`,
      unique: row.unique === true,
      definition: `${row.definition}`,
    })),
  };
}

describe('on a server with the same starter schema', () => {
  let session: Session;
  let ours: OurObjects;
  beforeAll(async () => {
    session = await openEmbedded();
    await session.script(everything);
    ours = await objectsOf(session);
  });
  afterAll(() => session.close());

  it('no type differs and no index is missing, however the server formats them', async () => {
    const starter = await readStarterObjects(everything);
    expect(starter.faults).toEqual([]);
    expect(starter.indexes).toHaveLength(14);
    const { lacking, covered, inapplicable, types } = await compareStarter(starter, ours);
    expect({ lacking: lacking.map(({ name }) => name), covered, inapplicable, types }).toEqual({
      lacking: [],
      covered: [],
      inapplicable: [],
      types: [],
    });
  });

  it('an index counts as missing if any of its properties differs', async () => {
    const others = [
      'create index on erp.t (m)',
      'create index on erp.t using gin (an)',
      'create unique index on erp.t (l)',
      'create index on erp.t (l) where s',
      'create index on erp.t (c, l nulls first, n desc nulls last)',
      "create index on erp.t (b) where b between 1 and 11 and s = true and l <> 'x' and n = 'y'",
      'create index on erp.t using hnsw (ah vector_l2_ops)',
      'create index on erp.t (l text_pattern_ops)',
      'create index on erp.t (upper(n))',
      'create unique index on erp.t (b) where a > 0',
    ];
    const starter = await readStarterObjects(others.join(';\n'));
    const { lacking } = await compareStarter(starter, ours);
    expect(lacking.map(({ line }) => line)).toEqual(others.map((_, index) => index + 1));
  });

  it('an index on the first columns of another btree index is covered, unless it is unique or of another kind', async () => {
    const starter = await readStarterObjects(
      [
        'create index on erp.t (c desc, l nulls first)',
        'create index on erp.t (C DESC)',
        'create unique index on erp.t (c desc)',
        'create index on erp.t (c desc) where s',
        'create index on erp.t using hash (c)',
        'create index on erp.t (l nulls first)',
      ].join(';\n'),
    );
    const { lacking, covered } = await compareStarter(starter, ours);
    expect(covered.map(({ index, by }) => [index.line, by])).toEqual([
      [1, 'i2'],
      [2, 'i2'],
    ]);
    expect(lacking.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
  });

  it('names types that differ, and indexes that cannot be created', async () => {
    const starter = await readStarterObjects(
      'create table t (b bigint, l varchar(5), extra int, am uuid); create table erp.gone (b text);' +
        'create index on t (extra, lower(l)) where missing is null; create index on erp.gone (b); create index on t (t.b);',
    );
    const { types, inapplicable } = await compareStarter(starter, ours);
    expect(types).toEqual([
      { table: 'erp.t', column: 'b', starter: 'bigint', ours: 'integer' },
      { table: 'erp.t', column: 'l', starter: 'character varying(5)', ours: 'text' },
    ]);
    expect(inapplicable.map(({ why }) => why)).toEqual([
      'erp.t has no column extra, missing',
      'table erp.gone does not exist',
    ]);
  });

  it('the proposed migration passes inspection, runs, and leaves no index missing', async () => {
    const starter = await readStarterObjects(
      [
        'create table erp.t (b bigint)',
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i1\n  ON t USING btree (m, lower(l)) -- a comment; 'é\n  WHERE s",
        'create unique index "Odd ""name" on only erp.t (b, c) include (l) -- last',
        'create index on erp.t (v)',
        'create index on erp.t (v, w)',
        `create index ${'x'.repeat(70)} on erp.t (w)`,
      ].join(';\n'),
    );
    const comparison = await compareStarter(starter, ours);
    const proposal = proposeMigration(comparison) ?? '';
    expect(proposal).toContain('--   erp.t.b: bigint in the starter schema, integer in the migrations');
    expect(proposal).toContain(
      'CREATE INDEX "i1_2" ON "erp"."t"\n  USING btree (m, lower(l)) -- a comment; \'é\n',
    );
    expect(await inspectMigration('100_starter_indexes.sql', proposal)).toMatchObject({
      mode: { mode: 'transaction' },
    });
    await session.script(proposal);
    expect(proposeMigration(await compareStarter(starter, await objectsOf(session)))).toBeUndefined();
  });
});

it('reads the objects of the repaired starter schema', async () => {
  const { fixedText } = await findMissingCommas(starterText);
  const { tables, indexes, faults } = await readStarterObjects(fixedText);
  expect(faults).toEqual([]);
  expect(tables.map(({ name, columns }) => [name, columns.length])).toEqual([
    ['erp.people', 9],
    ['agent.profiles', 3],
    ['agent.sessions', 9],
  ]);
  expect(tables[0]?.columns.map(({ type }) => type)).toEqual([
    'bigint',
    'uuid',
    'text',
    'character varying(320)',
    'text[]',
    'boolean',
    'numeric(10,2)',
    'timestamp with time zone',
    'timestamp with time zone',
  ]);
  expect(indexes.map(({ name, table, line }) => [name, table, line])).toEqual([
    ['people_email', 'erp.people', 16],
    ['people_tags', 'erp.people', 17],
    ['sessions_open', 'agent.sessions', 132],
    [undefined, 'agent.sessions', 133],
  ]);
});

it('reads the valid parts of a starter schema that still has syntax errors', async () => {
  const { tables, faults } = await readStarterObjects(starterText);
  expect(tables.map(({ name }) => name)).toEqual(['erp.people', 'agent.profiles']);
  expect(faults).toHaveLength(1);
});
