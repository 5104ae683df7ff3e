import type { Catalog } from '../../../../src/database/catalog/catalog.ts';
import { intrusion, type Mutation, mutator } from './mutation.ts';
import { partRecipes } from './parts.ts';
import { columnRecipes, tableIntrusions, tableRecipes } from './tables.ts';

/** Returns every single change with which the tests make the database of a catalog differ. */
export function allMutations(catalog: Catalog): Mutation[] {
  const mutate = mutator(catalog);
  // `public` is not compared as long as no migration creates anything in it.
  const ours = catalog.objects.filter(({ schema }) => schema !== 'public');
  const parts = ours.flatMap((object) => {
    if (object.kind === 'table')
      return [...mutate(object, tableRecipes(object, catalog)), ...tableIntrusions(object)];
    if (object.kind === 'column') return mutate(object, columnRecipes(object, catalog));
    return mutate(object, partRecipes[object.kind]?.(object) ?? []);
  });
  return [...parts, ...['erp', 'agent'].flatMap(schemaIntrusions)];
}

/** Objects added to a schema that the migrations do not create. */
function schemaIntrusions(schema: string): Mutation[] {
  const mutant = `${schema}.mutant`;
  const add = (what: string, target: string, sql: string) =>
    intrusion(`${schema}: ${what}`, target, sql, schema);
  return [
    add('an extra table', mutant, `create table ${mutant} (id int primary key, x int unique check (x > 0))`),
    add('an extra view', mutant, `create view ${mutant} as select 1 as one`),
    add('an extra materialized view', mutant, `create materialized view ${mutant} as select 1 as one`),
    add('an extra sequence', mutant, `create sequence ${mutant}`),
    add('an extra type', mutant, `create type ${mutant} as enum ('a')`),
    add('an extra domain', mutant, `create domain ${mutant} as text check (value <> '')`),
    add(
      'an extra function',
      `${mutant}(text)`,
      `create function ${mutant}(text) returns int language sql as 'select 1'`,
    ),
    add('an extra procedure', `${mutant}()`, `create procedure ${mutant}() language sql as 'select 1'`),
    add('open to everybody', `on schema ${schema} to public`, `grant usage on schema ${schema} to public`),
    add(
      'a default privilege',
      `in schema ${schema} on functions to erp_anon`,
      `alter default privileges in schema ${schema} grant execute on functions to erp_anon`,
    ),
  ];
}
