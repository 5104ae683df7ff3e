import { z } from 'zod';
import type { BehaviourResult } from '../database/behaviour/check-behaviour.ts';
import { triedWords } from '../database/validation/words.ts';
import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { Session } from '../domain/session.ts';
import type { Context } from '../workspace/context.ts';
import { bundled, layout } from '../workspace/layout.ts';
import type { ValidationBoxes } from './validation-boxes.ts';

/**
 * Runs the validation script as it lies in the workspace. It raises an exception where something of the
 * contract is missing, and samples every table; it ends with one row of counts.
 * @throws DatabaseError with the script's own words
 */
export async function scriptEvidence(
  context: Context,
  session: Session,
  { samples: box, alsoProven }: Pick<ValidationBoxes, 'samples' | 'alsoProven'>,
): Promise<readonly Evidence[]> {
  const text = await context.files.read(`${layout.migrations}/${bundled.validation}`);
  const [samples = [], counts = []] = await session.script(text);
  const sampled = z.array(z.looseObject({ sampled: z.string() })).parse(samples).length;
  const facts =
    z
      .array(z.record(z.string(), z.union([z.string(), z.number()])))
      .length(1)
      .parse(counts)[0] ?? {};
  const { target } = context.database;
  return [
    { box, target, summary: `${sampled} sample queries answered`, facts: { sampled } },
    {
      ...(alsoProven ? { box: '0.5#5' as const } : {}),
      target,
      summary: `${bundled.validation} ran without a fault`,
      facts,
    },
  ];
}

/** Every behaviour that was tested, and the items of 2.4 that two of them prove. */
export function behaviourEvidence(
  results: readonly BehaviourResult[],
  target: Evidence['target'],
  alsoProven: boolean,
): readonly Evidence[] {
  if (results.length === 0) return [];
  const tested = results.filter(({ notTested }) => notTested === undefined);
  const inserted = alsoProven ? insertItems(tested) : [];
  return [
    {
      target,
      summary: triedWords(results, 'tried, rolled back'),
      facts: { behaviours: tested.length },
    },
    ...inserted.map(({ box, found, name }) => ({ box, target, summary: `${name}: ${found}` })),
  ];
}

/** The items of 2.4 whose test could not be set up. */
export function untestedItems(results: readonly BehaviourResult[]): readonly OpenBox[] {
  return insertItems(results).flatMap(({ box, name, notTested }) =>
    notTested === undefined ? [] : { box, reason: `${name}: not tested, because ${notTested}` },
  );
}

const insertItem: Readonly<Record<string, '2.4#6' | '2.4#7'>> = {
  'insert into erp.people': '2.4#6',
  'insert into agent.sessions': '2.4#7',
};

function insertItems(results: readonly BehaviourResult[]) {
  return results.flatMap((result) => {
    const box = insertItem[result.name];
    return result.ok && box !== undefined ? { ...result, box } : [];
  });
}
