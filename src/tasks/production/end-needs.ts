import type { Need } from '../../domain/step.ts';
import type { Context } from '../context.ts';
import { allApplied, validated } from '../local-test/validated.ts';
import { allAppliedThere } from './3.4-validation.ts';
import { validatedThere } from './3.5-postgrest.ts';

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
