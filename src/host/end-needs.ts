import type { Need } from '../domain/step.ts';
import { allAppliedThere, validatedThere } from '../schema/production-needs.ts';
import { allApplied, validated } from '../schema/validated.ts';
import type { Context } from '../workspace/context.ts';

/**
 * What comes after everything needs the database that the roll-out ends at, and no other: production's where there
 * is one, for its own steps are what brings it on; else the local test's.
 */
function atTheEnd(here: Need<Context>, there: Need<Context>): readonly Need<Context>[] {
  return [
    { ...here, holds: async (context) => context.production !== null || here.holds(context) },
    { ...there, holds: async (context) => context.production === null || there.holds(context) },
  ];
}

export const appliedAtTheEnd = atTheEnd(allApplied, allAppliedThere);
export const validatedAtTheEnd = atTheEnd(validated, validatedThere);
