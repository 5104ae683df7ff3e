import {
  type Catalog,
  type CatalogObject,
  keyOf,
  nameOf,
  tableOf,
} from '../../../../src/database/catalog/catalog.ts';
import { closure, graphOf } from '../../../../src/database/comparison/graph.ts';

/** One change to a database that the comparison has to notice. */
export interface Mutation {
  readonly title: string;
  /** The name of the expected difference, or of one that includes it. */
  readonly target: string;
  /** Names that may be reported as well, because they depend on the target. */
  readonly related: ReadonlySet<string>;
  /** Tables and other objects that it affects; mutations without a common one can be made together. */
  readonly footprint: ReadonlySet<string>;
  readonly sql: string;
}

/**
 * Title of a change, its SQL, names that may be reported as well, and the expected name if it is not that of the
 * object.
 */
export type Recipe = readonly [words: string, sql: string, alsoNamed?: readonly string[], target?: string];

/** Creates mutations of an object, with the objects of the catalog that depend on it. */
export function mutator(catalog: Catalog) {
  const graph = graphOf(catalog);
  return (object: CatalogObject, recipes: readonly Recipe[]): Mutation[] => {
    const hanging = [...closure(graph, keyOf(object))].flatMap((key) => graph.objects.get(key) ?? []);
    const footprint = new Set(hanging.map((one) => tableOf(one) ?? placeOf(one)));
    return recipes.map(([words, sql, alsoNamed = [], target = object.name]) => ({
      title: `${object.kind} ${object.name}: ${words}`,
      target,
      related: new Set([target, ...hanging.map(({ name }) => name), ...alsoNamed]),
      footprint,
      sql,
    }));
  };
}

const placeOf = (object: CatalogObject) => (object.parent === null ? object.name : nameOf(object.parent));

/** Returns a mutation that adds an object. */
export function intrusion(title: string, target: string, sql: string, footprint: string): Mutation {
  return { title, target, related: new Set([target]), footprint: new Set([footprint]), sql };
}

/** Returns batches of up to `size` mutations that affect no common object. */
export function batchesOf(mutations: readonly Mutation[], size: number): Mutation[][] {
  const batches: Mutation[][] = [];
  const open: { batch: Mutation[]; touched: Set<string> }[] = [];
  for (const mutation of mutations) {
    const fit = open.find(({ touched }) => ![...mutation.footprint].some((place) => touched.has(place)));
    const { batch, touched } = fit ?? { batch: [], touched: new Set<string>() };
    if (fit === undefined) {
      batches.push(batch);
      open.push({ batch, touched });
    }
    batch.push(mutation);
    for (const place of mutation.footprint) touched.add(place);
    if (batch.length >= size)
      open.splice(
        open.findIndex((one) => one.batch === batch),
        1,
      );
  }
  return batches;
}
