import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { CatalogObject } from '../../src/database/catalog/catalog.ts';
import { fileFacts } from '../../src/schema/migration-items.ts';
import { starterIndexItem } from '../../src/schema/starter-indexes.ts';
import type { Context } from '../../src/workspace/context.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';

const [erp, agent] = bundledMigrations;

const object = (kind: 'column' | 'index', table: string, part: string, said: string): CatalogObject => ({
  kind,
  name: kind === 'column' ? `${table}.${part}` : `${part} on ${table}`,
  schema: 'erp',
  parent: `table ${table}`,
  part,
  columns: [],
  references: null,
  attributes: kind === 'column' ? { type: said } : {},
  definition: kind === 'column' ? '' : `CREATE INDEX ${part} ON ${table} USING btree (${said})`,
  needs: [],
});
const ours = [
  object('column', 'erp.people', 'handle', 'text'),
  object('column', 'erp.people', 'email', 'text'),
  object('index', 'erp.people', 'people_handle_idx', 'handle'),
];

function contextWith(starter: string): Context {
  const seen = {
    files: new MemoryFiles().put('starter.sql', starter),
    config: { starterSchema: 'starter.sql' },
    assets: { read: (path: string) => readFile(`assets/${path}`, 'utf8') },
    catalogs: { after: async () => ({ objects: ours }) },
  };
  // The parts of the context that these items read.
  return seen as unknown as Context;
}

describe('the indexes of the starter schema', () => {
  const items = (starter: string) => starterIndexItem(contextWith(starter), '1.1#20', 'erp');
  const reasonOf = async (starter: string) => {
    const { evidence, open } = await items(starter);
    expect(evidence).toEqual([]);
    return open[0]?.reason ?? '';
  };

  test('are verified if all of them exist, and different types are named', async () => {
    const starter = 'create table erp.people (email varchar(320));\ncreate index on erp.people (handle);';
    expect(await items(starter)).toMatchObject({
      evidence: [
        {
          item: '1.1#20',
          summary: expect.stringContaining(
            'erp.people.email: character varying(320) in the starter schema, text in the migrations',
          ),
        },
      ],
      open: [],
    });
  });

  test('are not verified if one of them cannot be read, and its position is shown', async () => {
    const reason = await reasonOf('create index on erp.people (handle);\ncreate index on on erp.people (x);');
    expect(reason).toContain('starter.sql, line 2, column 17: syntax error at or near "on"');
    expect(reason).toMatch(/^> 2 \| create index on on .*\n {4}\| {17}\^$/m);
  });

  test('are not verified if one of them is on a missing column or table', async () => {
    const starter = [
      'create table erp.people (email varchar(320));',
      'create index lost on erp.people (gone);',
      'create index on erp.nowhere (x);',
      'create index on agent.facts (not_of_this_schema);',
    ].join('\n');
    expect((await reasonOf(starter)).split('\n')).toEqual([
      'starter.sql, line 2: the index lost cannot be created: erp.people has no column gone',
      'starter.sql, line 3: the index without a name cannot be created: table erp.nowhere does not exist',
      'column types that differ: erp.people.email: character varying(320) in the starter schema, text in the migrations',
    ]);
  });
});

describe('the items about a migration', () => {
  const erpFacts = (text: string) => fileFacts(contextWith(''), '1.1', 'erp', text, {});
  const agentFacts = (text: string) => fileFacts(contextWith(''), '1.2', 'agent', text, {});

  test('with keys, functions and triggers are verified by the objects that the file creates', async () => {
    expect((await erpFacts(erp)).foreignKeys('1.1#21')).toMatchObject({ facts: { keys: 16 } });
    const facts = await agentFacts(agent);
    expect(facts.foreignKeys('1.2#34')).toMatchObject({ facts: { keys: 18 } });
    expect(facts.functions('1.2#36', 'get_graph_neighbors(node_id)')).toHaveProperty('target');
    expect(facts.functions('1.2#37', 'update_updated_at_column()')).toHaveProperty('target');
    expect(facts.triggers('1.2#38')).toMatchObject({ facts: { triggers: 14 } });
  });

  test('with keys stay open if one is missing, or is created before the table that it references', async () => {
    const without = erp.replace(/^ +CONSTRAINT projects_organization_id_fkey .*\n/m, '');
    expect((await erpFacts(without)).foreignKeys('1.1#21')).toMatchObject({
      reason: 'erp.projects (organization_id) does not reference erp.organizations',
    });
    const early = `create table erp.first (id bigint references erp.people (id));\n${erp}`;
    expect((await erpFacts(early)).foreignKeys('1.1#21')).toMatchObject({
      reason: 'erp.first references erp.people, which is created later',
    });
    const altered = agent.replace(/^ALTER TABLE agent\.facts .*/m, '');
    expect((await agentFacts(altered)).foreignKeys('1.2#34')).toMatchObject({
      reason: 'agent.facts (source_event_id) does not reference agent.events',
    });
  });

  test('with functions and triggers stay open if one is missing', async () => {
    const facts = await agentFacts(
      agent
        .replace('CREATE FUNCTION agent.get_graph_neighbors', 'CREATE FUNCTION agent.other')
        .replace('BEFORE UPDATE ON agent.plans', 'BEFORE UPDATE ON agent.sessions'),
    );
    expect(facts.functions('1.2#36', 'get_graph_neighbors(node_id)')).toHaveProperty('reason');
    expect(facts.triggers('1.2#38')).toMatchObject({ reason: 'no trigger on agent.plans' });
  });
});
