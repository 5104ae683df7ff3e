import type { ObjectKey } from '../../catalog/catalog.ts';
import type { Graph } from '../graph.ts';

/** The two catalogs that a repair is made from. */
export interface Sides {
  readonly expected: Graph;
  readonly live: Graph;
  /** Whether a live object may stay although the expected catalog does not have it. */
  readonly spared: (key: ObjectKey) => boolean;
}
