import mermaid from 'mermaid';
import { expect, test } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { readComments } from '../../src/database/documentation/comments.ts';
import type { SchemaDescription } from '../../src/database/documentation/describe.ts';
import { describeSchemas } from '../../src/database/documentation/describe.ts';
import { crossSchemaDiagram, schemaDiagram } from '../../src/documents/er-diagram.ts';

test('Mermaid can parse a diagram with names that need quotes in SQL', async () => {
  const session = await openEmbedded();
  try {
    await session.script(`
      create schema "odd one";
      create table "odd one"."1st table" (id int primary key, "a b" numeric(8, 2)[] unique, "ü%" text);
      create schema plain;
      create table plain.child ("the parent" int not null unique references "odd one"."1st table", self int);
      alter table plain.child add primary key ("the parent");
      alter table plain.child add foreign key (self) references plain.child;
      comment on table plain.child is 'Words | with * what \`Markdown\` means';`);
    const catalog = await readCatalog(session);
    const schemas = describeSchemas(catalog, await readComments(session));
    expect(schemas.map(({ name }) => name)).toEqual(['"odd one"', 'plain']);
    for (const schema of schemas) {
      expect(await mermaid.parse(schemaDiagram(schema))).toMatchObject({ diagramType: 'er' });
    }
    const across = crossSchemaDiagram(schemas) ?? '';
    expect(await mermaid.parse(across)).toMatchObject({ diagramType: 'er' });
    // Each parent has at most one child, and each child has a parent.
    expect(across).toMatch(/ \|\|--o\| plain_child : "the parent"$/);
    expect(schemaDiagram(schemas[1] ?? { name: '', comment: '', tables: [] })).toContain(
      '|o--o{ plain_child : "self"',
    );
  } finally {
    await session.close();
  }
});

/** Two tables of one schema; the first references the second. */
function described(child: string, parent: string, column: string): SchemaDescription {
  const table = (name: string, part: string) => ({
    name,
    part,
    comment: '',
    rules: [],
    foreignKeys: [],
    columns: [
      { name: column, type: 'bigint', required: true, filled: '', comment: '', keys: ['PK', 'FK'] as const },
    ],
  });
  const key = {
    table: child,
    columns: [column],
    target: parent,
    targetColumns: [column],
    optional: false,
    unique: false,
    crossSchema: false,
    definition: '',
  };
  return {
    name: 'erp',
    comment: '',
    tables: [{ ...table(child, child), foreignKeys: [key] }, table(parent, parent)],
  };
}

/** Returns the labels of the entities and of the relation, as Mermaid parsed them. */
async function drawn(text: string): Promise<readonly string[]> {
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  if (!('getEntities' in db) || !(db.getEntities instanceof Function))
    throw new Error('not a diagram of entities');
  const entities: unknown = db.getEntities();
  if (!(entities instanceof Map)) throw new Error('the entities are no map');
  return [...entities.values()].map(({ alias }: { alias: string }) => alias);
}

const odd = [
  'заказ',
  '顧客',
  'a%b',
  'back\\slash',
  'a b',
  'class',
  'direction TB',
  'a#35;b',
  'a]',
  '<b>',
  'x`y',
  'sch;ema',
  'ПК',
  "it's",
  'a:b',
  'line\nend',
  '{}',
  '😀',
  '-',
];

test.each(odd)('a table and a column may be named %s', async (name) => {
  const text = schemaDiagram(described(`erp."${name}"`, 'erp.people', `"${name}"`));
  expect(await drawn(text)).toHaveLength(2);
  expect(await drawn(schemaDiagram(described('erp.people', `erp."${name}"`, `"${name}"`)))).toHaveLength(2);
});

test.each(['pk', 'FK', 'uk', 'end', 'style', 'one', 'many', 'to', '"1st"'])(
  'a column may be named %s, which Mermaid knows as a word of its own',
  async (name) => {
    expect(await drawn(schemaDiagram(described('erp.one', 'erp.class', name)))).toHaveLength(2);
  },
);

test.each([
  ['erp."order-items"', 'erp.order_items'],
  ['erp.order_items', 'erp."order-items"'],
  ['erp."заказ"', 'erp."клиент"'],
  ['erp."order-items"', 'erp.order_items_1'],
  ['erp."A"', 'erp."a "'],
])('%s and %s remain two entities', async (child, parent) => {
  expect(await drawn(schemaDiagram(described(child, parent, 'id')))).toHaveLength(2);
});
