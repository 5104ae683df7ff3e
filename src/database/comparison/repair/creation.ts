import { type CatalogObject, keyOf, type ObjectKind, tableOf } from '../../catalog/catalog.ts';
import type { RepairStatement } from '../difference.ts';
import type { Graph } from '../graph.ts';
import { quoted } from './change.ts';
import { changeOf } from './changes.ts';

/** The names of a kind in GRANT and ALTER DEFAULT PRIVILEGES. */
const privilegeNames: Partial<Record<ObjectKind, readonly [one: string, all: string]>> = {
  table: ['table', 'tables'],
  view: ['table', 'tables'],
  'materialized view': ['table', 'tables'],
  sequence: ['sequence', 'sequences'],
  function: ['function', 'functions'],
  procedure: ['procedure', 'functions'],
  aggregate: ['function', 'functions'],
  type: ['type', 'types'],
  domain: ['type', 'types'],
};

/** Privileges that PUBLIC has on a new object. */
const builtInPrivileges: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  functions: { EXECUTE: 'granted' },
  types: { USAGE: 'granted' },
};

/**
 * Returns statements that create an object as in a catalog. Its grants are separate objects that follow later.
 * @param live the catalog of the database, whose rows a new sequence must not repeat
 */
export function creation(
  object: CatalogObject,
  order: number,
  catalog: Graph,
  live: Graph,
): RepairStatement[] {
  // A body in SQL may name tables that are created later.
  const unchecked = /^(function|procedure)$/.test(object.kind) ? ['set check_function_bodies = off'] : [];
  const columns = object.kind === 'table' ? (catalog.parts.get(keyOf(object)) ?? []) : [];
  const own = [
    ...[...unchecked, object.definition, ...revocations(object, catalog)].map((sql) => ({ order, sql })),
    ...[object, ...columns.filter(({ kind }) => kind === 'column')].flatMap((one) => detailsOf(one, order)),
  ];
  const owner = object.attributes['owned by'];
  if (object.kind !== 'sequence' || owner == null) return own;
  const behindOwner = (catalog.order.get(`column ${owner}`) ?? order) + 0.5;
  const statements = [`alter sequence ${object.name} owned by ${owner}`, ...ahead(object, owner, live)];
  return [...own, ...statements.map((sql) => ({ order: behindOwner, sql }))];
}

/** Attributes that a definition does not contain. */
const details =
  /^(owner|comment|storage|compression|statistics|options|replica identity|clustered on|trigger .*)$/s;
/** Attributes that need an index or a trigger, which are created after the table. */
const late = /^(replica identity|clustered on|trigger .*)$/s;
export const lateOrder = 5e8;

/** Returns whether an attribute must be changed late, since it needs objects that are created after the table. */
export const isLate = (kind: ObjectKind, aspect: string): boolean => kind === 'table' && late.test(aspect);

function detailsOf(object: CatalogObject, order: number): RepairStatement[] {
  const isColumn = object.kind === 'column';
  return Object.entries(object.attributes).flatMap(([aspect, value]) => {
    if (value === null || !details.test(aspect) || (aspect === 'options' && !isColumn)) return [];
    if (aspect === 'owner' && object.kind === 'role') return [];
    const made = changeOf(object.kind, aspect)(value, object, object, aspect);
    if (!Array.isArray(made)) return [];
    const at = isLate(object.kind, aspect) ? lateOrder : order;
    return made.map((sql: string) => ({ order: at, sql }));
  });
}

/** Starts the sequence of a column after the existing values, which it would otherwise repeat. */
function ahead({ name }: CatalogObject, column: string, live: Graph): string[] {
  const object = live.objects.get(`column ${column}`);
  const table = object === undefined ? null : tableOf(object);
  if (
    object === undefined ||
    table === null ||
    !/^(smallint|integer|bigint)$/.test(object.attributes.type ?? '')
  ) {
    return [];
  }
  return [
    `select setval(${quoted(name)}, greatest((select max(${object.part}) from ${table}) + 1, last_value), false) from ${name}`,
  ];
}

/** Revokes privileges that a new object has by default and the catalog's object does not have. */
function revocations(object: CatalogObject, catalog: Graph): string[] {
  const [one, all = ''] = privilegeNames[object.kind] ?? [];
  if (one === undefined || object.attributes.form === 'shell') return [];
  const defaults = catalog.defaultPrivileges.filter(
    ({ schema, name }) => schema === object.schema && name.includes(` on ${all} to `),
  );
  const given = [{ part: 'public', attributes: builtInPrivileges[all] ?? {} }, ...defaults];
  return given
    .filter(({ part, attributes }) => {
      const wanted = catalog.objects.get(`grant on ${one} ${object.name} to ${part}`)?.attributes ?? {};
      return Object.entries(attributes).some(
        ([privilege, how]) =>
          wanted[privilege] == null || (how === 'with grant option' && wanted[privilege] !== how),
      );
    })
    .map(({ part }) => `revoke all on ${one} ${object.name} from ${part}`);
}
