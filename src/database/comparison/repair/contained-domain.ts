import { type CatalogObject, keyOf } from '../../catalog/catalog.ts';
import type { Graph } from '../graph.ts';

/**
 * Returns whether a change adds a constraint to a domain that columns have within an array, a range or a composite
 * type: PostgreSQL rejects such a change, since it cannot check the rows of these columns.
 */
export function isContained(
  live: Graph,
  domain: CatalogObject,
  aspect: string,
  wanted: string | null,
): boolean {
  if (domain.kind !== 'domain' || !/^(check |not null$)/.test(aspect)) return false;
  return wanted !== null && wanted !== 'no' && isInContainer(live, domain);
}

/** Columns of the domain itself, or of a domain over it, can be checked. */
function isInContainer(live: Graph, domain: CatalogObject): boolean {
  return directly(live, domain).some((one) => {
    const isOfDomain = typeOf(one) === domain.name;
    if (one.kind === 'column') return !isOfDomain;
    if (one.kind === 'domain' && isOfDomain) return isInContainer(live, one);
    return isInColumn(live, one);
  });
}

function isInColumn(live: Graph, type: CatalogObject): boolean {
  if (type.kind === 'column') return true;
  return /^(type|domain)$/.test(type.kind) && directly(live, type).some((one) => isInColumn(live, one));
}

const typeOf = ({ attributes }: CatalogObject) => attributes.type?.replace(/ collate .*$/s, '');

const directly = (graph: Graph, object: CatalogObject) =>
  (graph.dependents.get(keyOf(object)) ?? []).flatMap((key) => graph.objects.get(key) ?? []);
