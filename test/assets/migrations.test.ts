import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { DatabaseError, type Session } from '../../src/domain/session.ts';

const asset = (name: string) => readFileSync(new URL(`../../assets/${name}`, import.meta.url), 'utf8');

const named = z.record(z.string(), z.string());
const tableSchema = z.strictObject({
  group: z.string(),
  columns: z.array(z.string()),
  primaryKey: z.array(z.string()),
  references: named,
  unique: z.array(z.string()),
  types: named,
  generated: z.array(z.string()),
  onePer: named,
  updatedAtTrigger: z.boolean(),
});
const contractSchema = z.strictObject({
  $comment: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  functions: z.array(
    z.strictObject({ name: z.string(), arguments: z.array(z.string()), schemas: z.array(z.string()) }),
  ),
  tables: z.record(z.string(), tableSchema),
});
type Table = z.infer<typeof tableSchema>;

const contract = contractSchema.parse(JSON.parse(asset('data/schema-contract.json')));
const tables = Object.entries(contract.tables);
const tableNames = tables.map(([name]) => name);
const migrations = ['migrations/001_erp_schema.sql', 'migrations/002_agent_schema.sql'] as const;
const validation = asset('migrations/validate_schema.sql');

/** Returns one text for each entry of the contract about a table, such as `erp.people.id`. */
const said = (things: (table: Table) => readonly string[]) =>
  tables.flatMap(([name, table]) => things(table).map((thing) => `${name}.${thing}`)).sort();

const contractColumns = said((table) => table.columns);
const contractReferences = said((table) => Object.entries(table.references).map((pair) => pair.join(' -> ')));
const contractTriggers = tables.filter(([, table]) => table.updatedAtTrigger).map(([name]) => name);

let database: Session;

beforeAll(async () => {
  database = await openEmbedded();
  for (const name of migrations) await database.script(asset(name));
});
afterAll(() => database.close());

/** Returns the first column of each row as text, sorted. */
async function live(sql: string): Promise<string[]> {
  const rows = await database.query(sql);
  return rows.map((row) => String(Object.values(row)[0])).sort();
}

/** Catalog queries: tables and columns of both schemas as `schema.table`, `schema.table.column`. */
const ours = `pg_class AS rel JOIN pg_namespace AS ns ON ns.oid = rel.relnamespace
  AND ns.nspname IN ('erp', 'agent') AND rel.relkind = 'r'`;
const ourColumns = `${ours} JOIN pg_attribute AS col ON col.attrelid = rel.oid AND attnum > 0 AND NOT attisdropped`;
const table = `ns.nspname || '.' || rel.relname`;
const column = `${table} || '.' || col.attname`;
const type = 'format_type(col.atttypid, col.atttypmod)';
const nameOf = (relation: string, number: string) =>
  `(SELECT attname FROM pg_attribute WHERE attrelid = ${relation} AND attnum = ${number})`;

describe('the contract', () => {
  test('gives the same counts as its tables have rows', () => {
    const inSchema = (schema: string) => (name: string) => name.startsWith(`${schema}.`);
    const crossing = contractReferences.filter((key) => /^agent\..* -> erp\.|^erp\..* -> agent\./.test(key));
    expect(contract.counts).toEqual({
      erpTables: tableNames.filter(inSchema('erp')).length,
      agentTables: tableNames.filter(inSchema('agent')).length,
      tables: tables.length,
      columns: contractColumns.length,
      foreignKeys: contractReferences.length,
      foreignKeysErp: contractReferences.filter(inSchema('erp')).length,
      foreignKeysAgent: contractReferences.filter(inSchema('agent')).length,
      foreignKeysCrossSchema: crossing.length,
      updatedAtTriggers: contractTriggers.length,
      generatedColumns: said((one) => one.generated).length,
      vectorColumns: said((one) => Object.values(one.types)).filter((one) => /vector/.test(one)).length,
    });
  });

  test('mentions no column and no table that it does not list', () => {
    for (const [, one] of tables) {
      const mentioned = [one.primaryKey, one.unique, one.generated, Object.values(one.onePer)].flat();
      const keyed = [one.references, one.types, one.onePer].flatMap((record) => Object.keys(record));
      expect(one.columns).toEqual(expect.arrayContaining([...mentioned, ...keyed]));
      expect(tableNames).toEqual(expect.arrayContaining(Object.values(one.references)));
      expect(one.updatedAtTrigger).toBe(one.columns.includes('updated_at'));
    }
  });
});

describe('a database with the bundled migrations', () => {
  test('has the tables of the contract and no others', async () => {
    expect(await live(`SELECT ${table} FROM ${ours}`)).toEqual([...tableNames].sort());
  });

  test('has their columns and no others, in the order of the contract', async () => {
    const listed = await live(`SELECT ${table} || ': ' || string_agg(attname, ' ' ORDER BY attnum)
      FROM ${ourColumns} GROUP BY ns.nspname, rel.relname`);
    expect(listed).toEqual(tables.map(([name, one]) => `${name}: ${one.columns.join(' ')}`).sort());
  });

  test('has the types that the contract gives', async () => {
    const typed = await live(`SELECT ${column} || ' ' || ${type} FROM ${ourColumns}
      WHERE ${type} ~ '^(jsonb|vector)'`);
    expect(typed).toEqual(said((one) => Object.entries(one.types).map((pair) => pair.join(' '))));
  });

  test('computes the generated columns', async () => {
    expect(await live(`SELECT ${column} FROM ${ourColumns} WHERE attgenerated = 's'`)).toEqual(
      said((one) => one.generated),
    );
  });

  test('has the primary keys of the contract', async () => {
    const keys = await live(`SELECT ${table} || '.' ||
        (SELECT string_agg(${nameOf('conrelid', 'part')}, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (part, place))
      FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'p'`);
    expect(keys).toEqual(said((one) => [one.primaryKey.join(',')]));
  });

  test('has the foreign keys of the contract and no others, valid, and named after their column', async () => {
    const keys =
      await live(`SELECT ${table} || '.' || ${nameOf('conrelid', 'conkey[1]')} || ' -> ' || confrelid::regclass
      FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'f' AND convalidated
        AND cardinality(conkey) = 1 AND ${nameOf('confrelid', 'confkey[1]')} = 'id'
        AND conname = rel.relname || '_' || ${nameOf('conrelid', 'conkey[1]')} || '_fkey'`);
    expect(keys).toEqual(contractReferences);
  });

  test('keeps every unique column of the contract unique, and every global_id', async () => {
    const unique = await live(`SELECT ${table} || '.' || ${nameOf('conrelid', 'conkey[1]')}
      FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'u' AND cardinality(conkey) = 1`);
    const globalIds = contractColumns.filter((name) => name.endsWith('.global_id'));
    expect(unique).toEqual([...new Set([...said((one) => one.unique), ...globalIds])].sort());
  });

  test('allows one default for each of its parents', async () => {
    const indexes =
      await live(`SELECT ${table} || '.' || pg_get_expr(indpred, indrelid) || ' per ' || ${nameOf('indrelid', 'indkey[0]')}
      FROM ${ours} JOIN pg_index ON indrelid = rel.oid AND indisunique AND indpred IS NOT NULL AND indnkeyatts = 1`);
    expect(indexes).toEqual(said((one) => Object.entries(one.onePer).map((pair) => pair.join(' per '))));
  });

  test('sets updated_at wherever it exists, by a trigger named after its table', async () => {
    const triggers =
      await live(`SELECT ${table} FROM ${ours} JOIN pg_trigger ON tgrelid = rel.oid AND tgenabled = 'O'
      AND tgname = rel.relname || '_set_updated_at' AND tgtype = 19 AND tgqual IS NULL
      AND tgfoid = (ns.nspname || '.update_updated_at_column')::regproc`);
    expect(triggers).toEqual([...contractTriggers].sort());
  });

  test('has the functions of the contract', async () => {
    const functions =
      await live(`SELECT nspname || '.' || proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')'
      FROM pg_proc JOIN pg_namespace AS ns ON ns.oid = pronamespace AND nspname IN ('erp', 'agent')`);
    const promised = contract.functions.flatMap((one) =>
      one.schemas.map((schema) => `${schema}.${one.name}(${one.arguments.map((name) => `${name} text`)})`),
    );
    expect(functions).toEqual(promised.sort());
  });
});

describe('by the rules of this project, a database with the bundled migrations', () => {
  test.each([
    ['draws ids from an identity', `col.attname = 'id' AND (attidentity <> 'a' OR ${type} <> 'bigint')`],
    ['defaults every global_id', `col.attname = 'global_id' AND NOT (attnotnull AND atthasdef)`],
    ['knows the time zone of every time', `${type} = 'timestamp without time zone'`],
    ['dates every row', `col.attname IN ('created_at', 'updated_at') AND NOT (attnotnull AND atthasdef)`],
    [
      'checks or documents every status, priority and type',
      `col.attname ~ '(^|_)(status|priority|type)$' AND col_description(rel.oid, attnum) IS NULL
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = rel.oid AND contype = 'c' AND conkey = ARRAY[attnum])`,
    ],
  ])('%s', async (_rule, exception) => {
    expect(await live(`SELECT ${column} FROM ${ourColumns} WHERE ${exception}`)).toEqual([]);
  });

  test('has an index for every foreign key', async () => {
    const bare =
      await live(`SELECT conname FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'f'
      WHERE NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL)`);
    expect(bare).toEqual([]);
  });

  test('has an ON DELETE rule for every foreign key, and cascades only to parts', async () => {
    const keys = `FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'f'`;
    expect(await live(`SELECT conname ${keys} AND confdeltype NOT IN ('r', 'n', 'c')`)).toEqual([]);
    expect(await live(`SELECT DISTINCT rel.relname ${keys} AND confdeltype = 'c'`)).toEqual(
      ['block_actions', 'graph_edges', 'profile_tools'].sort(),
    );
  });

  test('describes every table', async () => {
    expect(await live(`SELECT ${table} FROM ${ours} WHERE obj_description(rel.oid) IS NULL`)).toEqual([]);
  });

  test.each([
    ['erp_anon', []],
    ['erp_api', ['INSERT', 'SELECT', 'UPDATE']],
    ['erp_service', ['DELETE', 'INSERT', 'SELECT', 'UPDATE']],
  ])('lets %s do %j', async (role, rights) => {
    const every = `unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[])`;
    const held = await live(`SELECT DISTINCT privilege FROM ${ours}
      CROSS JOIN ${every} AS privilege WHERE has_table_privilege('${role}', rel.oid, privilege)`);
    expect(held).toEqual(rights);
    const [schemas] = await database.query(
      `SELECT has_schema_privilege($1, 'erp', 'USAGE') AS erp,
      has_schema_privilege($1, 'agent', 'USAGE') AS agent`,
      [role],
    );
    expect(schemas).toEqual({ erp: rights.length > 0, agent: rights.length > 0 });
  });

  test('returns the neighbours of a node in both directions, and an edge to itself once', async () => {
    const [neighbours] = await damaged(
      `INSERT INTO agent.graph_nodes (node_type, node_id) VALUES ('t', 'a'), ('t', 'b'), ('t', 'c');
       INSERT INTO agent.graph_edges (from_node_id, to_node_id, edge_type)
         SELECT origin.id, target.id, origin.node_id || target.node_id
           FROM agent.graph_nodes AS origin, agent.graph_nodes AS target
          WHERE origin.node_id || target.node_id IN ('ab', 'ca', 'aa', 'bc') ORDER BY 3`,
      `SELECT direction, edge_type, neighbor_node_id FROM agent.get_graph_neighbors('a')`,
    );
    expect(neighbours?.map((row) => Object.values(row).join(' '))).toEqual([
      'outgoing aa a',
      'outgoing ab b',
      'incoming ca c',
    ]);
  });
});

/** Runs a script after another one in a transaction, and rolls it back. */
async function damaged(damage: string, script: string) {
  await database.script('BEGIN');
  try {
    await database.script(damage);
    return await database.script(script);
  } finally {
    await database.script('ROLLBACK');
  }
}

/** Returns what validate_schema.sql reports as missing after some damage; nothing if it passes. */
async function faultsAfter(damage: string): Promise<string[]> {
  try {
    await damaged(damage, validation);
    return [];
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.fault.code !== 'P0001') throw error;
    return error.message.split('\n  - ').slice(1);
  }
}

describe('validate_schema.sql', () => {
  test('passes, reads every table, and returns the counts of the contract', async () => {
    const [samples, counts] = await database.script(validation);
    expect(samples?.map((row) => row.sampled)).toEqual(tableNames);
    expect(counts).toEqual([
      {
        erp_tables: contract.counts.erpTables,
        agent_tables: contract.counts.agentTables,
        tables: contract.counts.tables,
        columns: contract.counts.columns,
        foreign_keys: contract.counts.foreignKeys,
        cross_schema_foreign_keys: contract.counts.foreignKeysCrossSchema,
        updated_at_triggers: contract.counts.updatedAtTriggers,
        generated_columns: contract.counts.generatedColumns,
        vector_columns: contract.counts.vectorColumns,
        expected_tables: expect.stringContaining('38 = 14 erp + 24 agent'),
      },
    ]);
  });

  test('writes nothing: a read-only transaction is enough', async () => {
    expect(await faultsAfter('SET TRANSACTION READ ONLY')).toEqual([]);
  });

  test('accepts more than the contract requires', async () => {
    expect(
      await faultsAfter(`CREATE TABLE erp.invoices (id int); ALTER TABLE agent.plans ADD COLUMN colour text;
        ALTER TRIGGER tasks_set_updated_at ON erp.tasks RENAME TO tasks_touched`),
    ).toEqual([]);
  });

  test('names every table that is missing', async () => {
    const faults = await faultsAfter('DROP SCHEMA erp, agent CASCADE');
    expect(faults.filter((fault) => fault.startsWith('table')).sort()).toEqual(
      tableNames.map((name) => `table ${name} is missing`).sort(),
    );
    expect(faults.filter((fault) => fault.startsWith('function'))).toHaveLength(contract.functions.length);
  });

  test('names everything that tables without columns lack', async () => {
    const faults = await faultsAfter(`DROP SCHEMA erp, agent CASCADE; CREATE SCHEMA erp; CREATE SCHEMA agent;
      ${tableNames.map((name) => `CREATE TABLE ${name} ();`).join('\n')}`);
    const globalIds = contractColumns.filter((name) => name.endsWith('.global_id'));
    const unique = new Set([...said((one) => one.unique), ...globalIds]);
    expect([...faults].sort()).toEqual(
      [
        ...contractColumns.map((name) => `column ${name} is missing`),
        ...contractReferences.map((key) => `foreign key ${key} is missing`),
        ...contractTriggers.map((name) => `updated_at trigger of ${name} is missing`),
        ...tables.map(([name, one]) => `primary key of ${name} should be (${one.primaryKey.join(', ')})`),
        ...[...unique].map((name) => `column ${name} is not unique`),
        'agent.block_actions has no unique index that keeps one is_default per block_id',
        'function agent.get_graph_neighbors(node_id) is missing',
        'function agent.update_updated_at_column() or erp.update_updated_at_column() is missing',
      ].sort(),
    );
  });

  test('names every column of another type', async () => {
    const typed = tables.flatMap(([name, one]) => Object.entries(one.types).map((pair) => [name, ...pair]));
    const retyped = typed.map(
      ([name, one]) => `ALTER TABLE ${name} DROP COLUMN ${one}, ADD COLUMN ${one} text;`,
    );
    expect((await faultsAfter(retyped.join('\n'))).sort()).toEqual(
      typed.map(([name, one, wanted]) => `column ${name}.${one} should be ${wanted}, is text`).sort(),
    );
  });

  test('names every foreign key that was dropped', async () => {
    const drops = await live(`SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
      FROM ${ours} JOIN pg_constraint ON conrelid = rel.oid AND contype = 'f'`);
    expect((await faultsAfter(drops.join(';\n'))).sort()).toEqual(
      contractReferences.map((key) => `foreign key ${key} is missing`),
    );
  });

  test('names every trigger that was disabled', async () => {
    const disabled = contractTriggers.map((name) => `ALTER TABLE ${name} DISABLE TRIGGER USER;`).join('\n');
    expect((await faultsAfter(disabled)).sort()).toEqual(
      contractTriggers.map((name) => `updated_at trigger of ${name} is disabled`).sort(),
    );
  });

  test.each([
    [
      'a key that is switched off',
      'ALTER TABLE erp.workflows DISABLE TRIGGER ALL; ALTER TABLE erp.workflows ENABLE TRIGGER USER',
      'foreign key erp.workflows.service_blueprint_id -> erp.service_blueprints is not enforced',
    ],
    [
      'a key that old rows were not held to',
      `ALTER TABLE erp.okrs DROP CONSTRAINT okrs_owner_person_id_fkey, ADD CONSTRAINT okrs_owner_person_id_fkey
         FOREIGN KEY (owner_person_id) REFERENCES erp.people NOT VALID`,
      'foreign key erp.okrs.owner_person_id -> erp.people is not validated',
    ],
    [
      'a key to another table',
      `ALTER TABLE erp.okrs DROP CONSTRAINT okrs_owner_person_id_fkey, ADD CONSTRAINT okrs_owner_person_id_fkey
         FOREIGN KEY (owner_person_id) REFERENCES erp.organizations`,
      'foreign key erp.okrs.owner_person_id -> erp.people is missing',
    ],
    [
      'a trigger that was dropped',
      'DROP TRIGGER events_set_updated_at ON agent.events',
      'updated_at trigger of agent.events is missing',
    ],
    [
      'a trigger that looks at one column alone',
      `DROP TRIGGER events_set_updated_at ON agent.events; CREATE TRIGGER events_set_updated_at
         BEFORE UPDATE OF message ON agent.events FOR EACH ROW EXECUTE FUNCTION agent.update_updated_at_column()`,
      'updated_at trigger of agent.events is missing',
    ],
    [
      'a computed column that is one no more',
      'ALTER TABLE erp.execution_runs ALTER COLUMN variance_pct DROP EXPRESSION',
      'column erp.execution_runs.variance_pct is not generated',
    ],
    [
      'embeddings of another size',
      'ALTER TABLE agent.episodes DROP COLUMN embedding, ADD COLUMN embedding vector(3)',
      'column agent.episodes.embedding should be vector(1536), is vector(3)',
    ],
    [
      'a view in place of a table',
      'ALTER TABLE agent.plans RENAME TO schemes; CREATE VIEW agent.plans AS SELECT * FROM agent.schemes',
      'table agent.plans is missing',
    ],
  ])('names %s', async (_damage, damage, fault) => {
    expect(await faultsAfter(damage)).toContain(fault);
  });
});

describe('a released file', () => {
  test.each([
    ['001_erp_schema.sql', '5b15b65381862c0fd7bd3242eff47fb7c25a95e0c54b283adf81be15e68e4db6'],
    ['002_agent_schema.sql', '40e677757afec7b4405743ef47f2fb54b31fe8c54b5929135296072e17cde9a5'],
    ['validate_schema.sql', 'fd3b6e990c0a46f91a420a194a408c9675b41fcbf44df9a255c91d2b61b5b4fc'],
  ])('%s never changes again', (name, checksum) => {
    const text = asset(`migrations/${name}`).replaceAll('\r\n', '\n');
    expect(createHash('sha256').update(text).digest('hex')).toBe(checksum);
  });

  test.each([...migrations, 'migrations/validate_schema.sql'])('%s is plain SQL', (name) => {
    const text = asset(name);
    expect(text).not.toMatch(/\r|\t|^\s*\\|^\s*(BEGIN|COMMIT|ROLLBACK)\s*;| $/m);
    expect(text).toMatch(/[^\n]\n$/);
  });
});
