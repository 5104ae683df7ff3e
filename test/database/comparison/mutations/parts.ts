import { type CatalogObject, type ObjectKind, tableOf } from '../../../../src/database/catalog/catalog.ts';
import type { Recipe } from './mutation.ts';

const recreated = (object: CatalogObject, definition: string) =>
  `alter table ${tableOf(object)} drop constraint ${object.part} cascade; ${definition}`;

const constraintRecipes = (object: CatalogObject): Recipe[] => [
  ['dropped', `alter table ${tableOf(object)} drop constraint ${object.part} cascade`],
  [
    'renamed',
    `alter table ${tableOf(object)} rename constraint ${object.part} to mutant_${object.part}`,
    [`mutant_${object.part} on ${tableOf(object)}`],
  ],
];

const uniqueRecipes = (object: CatalogObject): Recipe[] => [
  ...constraintRecipes(object),
  [
    'its index invalid',
    `update pg_index set indisvalid = false where indexrelid = '${object.schema}.${object.part}'::regclass`,
  ],
  [
    'a plain index in its place',
    recreated(object, `create index ${object.part} on ${tableOf(object)} (${object.columns.join(', ')})`),
    [`${object.schema}.${object.part}`],
  ],
];

const swapped = (definition: string) =>
  definition.includes('ON DELETE')
    ? definition.replace(/ ON DELETE (SET NULL|RESTRICT|CASCADE)/, '')
    : `${definition} ON DELETE CASCADE`;

/** Mutations for each kind of part. */
export const partRecipes: Partial<Record<ObjectKind, (object: CatalogObject) => Recipe[]>> = {
  'primary key': uniqueRecipes,
  unique: (object) => [
    ...uniqueRecipes(object),
    ['deferrable', recreated(object, `${object.definition} deferrable`)],
  ],
  'foreign key': (object) => [
    ...constraintRecipes(object),
    ['another action', recreated(object, swapped(object.definition))],
    ['another action on update', recreated(object, `${object.definition} on update cascade`)],
    ['not validated', recreated(object, `${object.definition} not valid`)],
  ],
  check: (object) => [
    ...constraintRecipes(object),
    ['weakened', recreated(object, object.definition.replace(/CHECK \((.*)\)$/s, 'CHECK ($1 or true)'))],
    ['not validated', recreated(object, `${object.definition} not valid`)],
  ],
  index: (object) => [
    ['dropped', `drop index ${object.name}`],
    ['invalid', `update pg_index set indisvalid = false where indexrelid = '${object.name}'::regclass`],
    ['not ready', `update pg_index set indisready = false where indexrelid = '${object.name}'::regclass`],
    [
      'of something else',
      `drop index ${object.name}; create index ${object.part} on ${tableOf(object)} ((1))`,
    ],
    [
      'made partial',
      `drop index ${object.name}; ${object.definition.replace(/ WHERE .*/, '')} where (1 is null)`,
    ],
  ],
  trigger: (object) => [
    ['dropped', `drop trigger ${object.part} on ${tableOf(object)}`],
    ['disabled', `alter table ${tableOf(object)} disable trigger ${object.part}`],
    ['for replicas only', `alter table ${tableOf(object)} enable replica trigger ${object.part}`],
    [
      'replaced',
      `drop trigger ${object.part} on ${tableOf(object)};
       ${object.definition.replace(/EXECUTE FUNCTION .*/, 'EXECUTE FUNCTION suppress_redundant_updates_trigger()')}`,
    ],
  ],
  function: (object) => [
    ['dropped', `drop function ${object.name} cascade`],
    ['another body', object.definition.replace(/\bEND\b/, '  -- mutant\nEND').replace('UNION ALL', 'UNION')],
    ['security definer', `alter function ${object.name} security definer`],
    ['another setting', `alter function ${object.name} set work_mem to '1MB'`],
    [
      'volatile otherwise',
      `alter function ${object.name} ${/STABLE/.test(object.definition) ? 'volatile' : 'stable'}`,
    ],
    [
      'open to everybody',
      `grant execute on function ${object.name} to public`,
      [],
      `on function ${object.name} to public`,
    ],
  ],
  grant: (object) => [
    ['revoked', `revoke all ${object.name.slice(0, -` to ${object.part}`.length)} from ${object.part}`],
    ...Object.keys(object.attributes).map(
      (privilege): Recipe => [
        `${privilege} revoked`,
        `revoke ${privilege} ${object.name.slice(0, -` to ${object.part}`.length)} from ${object.part}`,
      ],
    ),
    ['grantable', `${object.definition} with grant option`],
  ],
  'default privilege': (object) => [
    ['revoked', object.definition.replaceAll(' grant ', ' revoke ').replaceAll(' to ', ' from ')],
    [
      'one more',
      `alter default privileges ${object.name.split(' on ')[0]} grant truncate on tables to ${object.part}`,
    ],
  ],
  role: (object) => [
    ['dropped', `drop owned by ${object.name}; drop role ${object.name}`],
    ['other log-in', `alter role ${object.name} ${object.attributes.login === 'yes' ? 'nologin' : 'login'}`],
    ['superuser', `alter role ${object.name} superuser`],
    ['bypassing row security', `alter role ${object.name} bypassrls`],
    ['not inheriting', `alter role ${object.name} noinherit`],
    ['making roles', `alter role ${object.name} createrole createdb`],
    ['three connections', `alter role ${object.name} connection limit 3`],
    ['expiring', `alter role ${object.name} valid until '2030-01-01'`],
    ['another timeout', `alter role ${object.name} set statement_timeout to '99s'`],
    ['no timeout', `alter role ${object.name} reset statement_timeout`],
    ['one more setting', `alter role ${object.name} set search_path to erp, agent`],
    ['a member', `grant pg_read_all_data to ${object.name}`],
  ],
  extension: (object) => (object.name === 'vector' ? [['dropped', 'drop extension vector cascade']] : []),
};
