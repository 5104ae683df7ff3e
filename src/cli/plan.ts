import { consentsMissing } from '../domain/confirmation.ts';
import { exitCodes } from '../domain/problem.ts';
import { makePlan } from '../engine/plan.ts';
import { plannedEvent } from '../engine/tell.ts';
import type { Execute } from './command.ts';
import { contextOf, openWorkspace, recordedIn, tellStarted, whileLocked } from './workspace.ts';

/** Every step's preview against the world as it is. Changes nothing; what stands in the way is told. */
export const plan: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.world);
  tellStarted(parts, open, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const plans = await whileLocked(parts, open.world, () =>
    makePlan(open.steps, open.skip, context, parts.signal, (one) => {
      parts.teller.tell(plannedEvent(one));
      if (one.state === 'blocked' && one.behind === undefined) parts.teller.problem(one.problem, one.step);
    }),
  );
  const changes = plans.flatMap((one) => (one.state === 'change' ? one.changes : []));
  const consents = consentsMissing(changes, () => false).map(({ flag, value }) =>
    value === undefined ? flag : `${flag} ${value}`,
  );
  parts.teller.tell({ type: 'plan.ready', changes: changes.length, consents });
  return exitCodes.done;
};
