import type { Need } from '../domain/step.ts';
import { atProduction } from '../host/site.ts';
import type { Context } from '../workspace/context.ts';
import { allApplied, validated } from './validated.ts';

/** The same in production: its ledger has every migration of the workspace, looked at now. */
export const allAppliedThere: Need<Context> = {
  ...allApplied,
  step: '3.3',
  holds: async (context) =>
    (await atProduction(context).database.state()).is === 'present' &&
    allApplied.holds(atProduction(context)),
};

/** Production's database is what its migrations say, looked at now. */
export const validatedThere: Need<Context> = {
  step: '3.4',
  what: 'a validated database in production',
  holds: (context) => validated.holds(atProduction(context)),
};
