import * as z from 'zod';
import { evidenceFor } from '../checklist/items.ts';
import type { BehaviourResult } from '../database/behaviour/check-behaviour.ts';
import { testedText } from '../database/validation/text.ts';
import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { Session } from '../domain/session.ts';
import type { Target } from '../targets/target.ts';
import { bundled } from '../workspace/layout.ts';

/** The checklist items about a validated database. */
export interface ValidationItems {
  readonly script?: Item;
  readonly counts?: Item;
  readonly keys?: Item;
  readonly samples?: Item;
  readonly errors?: Item;
  /** The item that asks to test the validation script. */
  readonly scriptRan?: Item;
  /** The items that ask to insert a row, by the name of the behaviour test. */
  readonly inserts?: Readonly<Record<string, Item>>;
}

/**
 * Runs the workspace's validation script. It raises an exception if something of the contract is missing, samples every
 * table, and ends with one row of counts.
 * @param text of the script
 * @throws DatabaseError with the script's own message
 */
export async function scriptEvidence(
  { items, database: { target } }: Target<ValidationItems>,
  session: Session,
  text: string,
): Promise<readonly Evidence[]> {
  const [samples = [], counts = []] = await session.script(text);
  const sampled = z.array(z.looseObject({ sampled: z.string() })).parse(samples).length;
  const facts =
    z
      .array(z.record(z.string(), z.union([z.string(), z.number()])))
      .length(1)
      .parse(counts)[0] ?? {};
  const summary = `${sampled} sample queries answered`;
  return [
    evidenceFor(items.samples, { target, summary, facts: { sampled } }),
    evidenceFor(items.scriptRan, { target, summary: `${bundled.validation} ran without errors`, facts }),
  ];
}

type InsertItems = ValidationItems['inserts'];

/** Returns evidence about the tested behaviours, and for the items that two of them verify. */
export function behaviourEvidence(
  results: readonly BehaviourResult[],
  target: Evidence['target'],
  items: InsertItems,
): readonly Evidence[] {
  if (results.length === 0) return [];
  const tested = results.filter(({ notTested }) => notTested === undefined);
  return [
    {
      target,
      summary: testedText(results),
      facts: { behaviours: tested.length },
    },
    ...inserted(tested, items).map(({ item, actual: found, name }) =>
      evidenceFor(item, { target, summary: `${name}: ${found}` }),
    ),
  ];
}

/** Returns as open the items whose test could not be set up. */
export function untestedItems(results: readonly BehaviourResult[], items: InsertItems): readonly OpenItem[] {
  return inserted(results, items).flatMap(({ item, name, notTested }) =>
    notTested === undefined ? [] : { item: item.id, reason: `${name}: not tested, because ${notTested}` },
  );
}

function inserted(results: readonly BehaviourResult[], items: InsertItems = {}) {
  return results.flatMap((result) => {
    const item = items[result.name];
    return result.ok && item !== undefined ? { ...result, item } : [];
  });
}
