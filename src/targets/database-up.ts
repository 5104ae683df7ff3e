import { composeFile } from '../containers/compose-ready.ts';
import {
  type DatabaseItems,
  databaseChanges,
  databaseFindings,
  inspectDatabase,
} from '../containers/database-container.ts';
import { inspectContainersAhead } from '../containers/inspect-containers-ahead.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import { missing, type Step } from '../domain/step.ts';
import { dumpChange } from '../dumps/dump-change.ts';
import { dumpLocation } from '../dumps/location.ts';
import { createEmbedded, inspectEmbedded } from '../schema/embedded-start.ts';
import type { Context } from '../workspace/context.ts';
import type { Target } from './target.ts';
import { declared, type TargetStep } from './target-step.ts';

/** Makes the step that starts a target's database: its container, or the embedded engine if it has no containers. */
export function databaseUp(own: TargetStep<DatabaseItems>): Step<Context> {
  const { step, targetIn } = declared(own);
  const inspect = (context: Context, target: Target<DatabaseItems>, afterChange: boolean) =>
    target.stack === null
      ? inspectEmbedded(target)
      : inspectDatabase(target, context.signal, (line) => context.output(step.id, line), afterChange);
  const changes = async (
    context: Context,
    willBeWritten: boolean,
  ): Promise<readonly PlannedChange[] | Problem> => {
    const target = targetIn(context);
    if (target.stack === null) return createEmbedded(target);
    const dump = async () => {
      const location = await dumpLocation(context.config, target);
      if (location === null) throw new Error('a container has a location for its dumps');
      return dumpChange(location, 'before its image is changed', context.signal);
    };
    return databaseChanges(target, await composeFile(context, willBeWritten), dump, context.signal);
  };
  return {
    ...step,
    async check(context) {
      const target = targetIn(context);
      if (target.stack !== null) void inspectContainersAhead(target.stack, context.signal);
      const findings = target.stack === null ? [] : await databaseFindings(target.stack, context.signal);
      return findings.length > 0 ? missing(...findings) : inspect(context, target, false);
    },
    verify: async (context) => inspect(context, targetIn(context), true),
    preview: (context) => changes(context, false),
    foresee: (context) => changes(context, true),
  };
}
