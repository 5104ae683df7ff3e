import mermaid from 'mermaid';
import { expect, test } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { readCatalog } from '../../src/database/catalog/read-catalog.ts';
import { readComments } from '../../src/database/documentation/comments.ts';
import { describeSchemas } from '../../src/database/documentation/describe.ts';
import { crossSchemaDiagram, schemaDiagram } from '../../src/documents/er-diagram.ts';

test('names that a person quotes in SQL are drawn too: Mermaid reads the diagram', async () => {
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
    // One child at most for each parent, and no child without one.
    expect(across).toMatch(/ \|\|--o\| plain_child : "the parent"$/);
    expect(schemaDiagram(schemas[1] ?? { name: '', comment: '', tables: [] })).toContain(
      '|o--o{ plain_child : "self"',
    );
  } finally {
    await session.close();
  }
});
