import { type ApiItems, apiChanges, apiFindings, inspectApi } from '../containers/api-container.ts';
import { composeFile } from '../containers/compose-ready.ts';
import type { Stack } from '../containers/stack.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Problem } from '../domain/problem.ts';
import { missing, type Step } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import type { ContainerTarget } from './target.ts';
import { declared, inContainers, type TargetStep } from './target-step.ts';

interface ApiStep extends TargetStep<ApiItems> {
  /** Returns why the API must not start on this host; null if it may. */
  obstacle?(stack: Stack, composeText: string, signal: AbortSignal): Promise<Problem | null>;
}

/** Makes the step that starts a target's API: PostgREST's login and its container, and requests to both endpoints. */
export function api({ obstacle, ...own }: ApiStep): Step<Context> {
  const { step, targetIn } = declared(own);
  const inspect = (context: Context, target: ContainerTarget<ApiItems>) =>
    inspectApi(target, context.signal, (line) => context.output(step.id, line));
  const changes = async (
    context: Context,
    willBeWritten: boolean,
  ): Promise<readonly PlannedChange[] | Problem> => {
    const { signal, config } = context;
    const target = inContainers(targetIn(context));
    const file = await composeFile(context, willBeWritten);
    const problem = (await obstacle?.(target.stack, file.composeText, signal)) ?? null;
    return problem ?? apiChanges(target, file, config.database.name, signal);
  };
  return {
    ...step,
    async check(context) {
      const target = inContainers(targetIn(context));
      const findings = await apiFindings(target, context.config.database.name, context.signal);
      return findings.length > 0 ? missing(...findings) : inspect(context, target);
    },
    verify: async (context) => inspect(context, inContainers(targetIn(context))),
    preview: (context) => changes(context, false),
    foresee: (context) => changes(context, true),
  };
}
