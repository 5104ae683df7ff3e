import type { CatalogObject, ObjectKind } from '../../catalog/catalog.ts';
import type { RepairStatement } from '../difference.ts';
import type { Graph } from '../graph.ts';

/** How GRANT and ALTER DEFAULT PRIVILEGES speak of a kind. */
const words: Partial<Record<ObjectKind, readonly [one: string, all: string]>> = {
  table: ['table', 'tables'],
  view: ['table', 'tables'],
  'materialized view': ['table', 'tables'],
  sequence: ['sequence', 'sequences'],
  function: ['function', 'functions'],
  procedure: ['procedure', 'functions'],
  type: ['type', 'types'],
  domain: ['type', 'types'],
};

/** What PostgreSQL lets everybody do with a new object. */
const openAtFirst: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  functions: { EXECUTE: 'granted' },
  types: { USAGE: 'granted' },
};

/** Statements that make an object as it is in a catalog; its grants are objects of their own, and come later. */
export function creation(object: CatalogObject, order: number, catalog: Graph): RepairStatement[] {
  // A body in SQL may name tables that come later.
  const unchecked = /^(function|procedure)$/.test(object.kind) ? ['set check_function_bodies = off'] : [];
  const own = [...unchecked, object.definition, ...revocations(object, catalog)].map((sql) => ({
    order,
    sql,
  }));
  const owner = object.attributes['owned by'];
  if (object.kind !== 'sequence' || owner == null) return own;
  const behindOwner = (catalog.order.get(`column ${owner}`) ?? order) + 0.5;
  return [...own, { order: behindOwner, sql: `alter sequence ${object.name} owned by ${owner}` }];
}

/** Rights that a new object comes with, and that the catalog's does not have. */
function revocations(object: CatalogObject, catalog: Graph): string[] {
  const [one, all = ''] = words[object.kind] ?? [];
  if (one === undefined) return [];
  const defaults = catalog.defaultPrivileges.filter(
    ({ schema, name }) => schema === object.schema && name.includes(` on ${all} to `),
  );
  const given = [{ part: 'public', attributes: openAtFirst[all] ?? {} }, ...defaults];
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
