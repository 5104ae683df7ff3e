import { atBorder } from '../../domain/border.ts';
import { consentsOf } from '../../domain/confirmation.ts';
import { FileFault, type Files } from '../../domain/ports/files.ts';
import { ProblemError } from '../../domain/problem.ts';
import type { StepPlan } from '../../engine/plan.ts';
import { movedSteps, savedStep } from '../../engine/saved-plan/compare.ts';
import { parseSavedPlan, type SavedPlan, savedPlanText } from '../../engine/saved-plan/format.ts';
import { notASavedPlan, notTogether, planMoved, wouldReplace } from '../../engine/saved-plan/problems.ts';
import type { Context } from '../../workspace/context.ts';
import type { CommandParts } from './command.ts';
import type { Flags } from './flags.ts';
import { type BoundFile, pathFrom } from './plan-binding.ts';
import { productionAddress } from './production-address.ts';
import type { OpenWorkspace } from './workspace.ts';

/**
 * Reads a saved plan.
 * @param given relative to the current directory
 * @throws ProblemError (exit 2) if it cannot be read, or is not a saved plan
 */
export async function readSavedPlan(here: Files, given: string): Promise<SavedPlan> {
  const path = pathFrom(here, given);
  let text: string;
  try {
    if ((await here.inspect(path)).type === 'absent')
      throw new ProblemError(notASavedPlan(given, 'it does not exist'));
    text = await (here.readStream ?? here.read)(path);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    throw new ProblemError(notASavedPlan(given, `it cannot be read (${error.errno})`), { cause: error });
  }
  const plan = parseSavedPlan(text);
  if ('fault' in plan) throw new ProblemError(notASavedPlan(given, plan.fault));
  return plan;
}

/**
 * Returns the parts of `run --plan`, with the steps that the plan selects, and the host key that it is bound to.
 * @throws ProblemError (exit 2) if flags select steps as well
 */
export function boundTo(parts: CommandParts, saved: SavedPlan): CommandParts {
  const { phase, only, skip, from, until } = parts.flags;
  const given = [
    ...(phase.length > 0 ? ['--phase'] : []),
    ...(only.length > 0 ? ['--only'] : []),
    ...(skip.length > 0 ? ['--skip'] : []),
    ...(from === undefined ? [] : ['--from']),
    ...(until === undefined ? [] : ['--until']),
  ];
  if (given.length > 0)
    throw new ProblemError(notTogether('--plan', given, 'The saved plan selects the steps.'));
  const { selection, production } = saved;
  const flags: Flags = {
    ...parts.flags,
    phase: [...selection.phase],
    only: [...selection.only],
    skip: [...selection.skip],
    ...(selection.from === null ? {} : { from: selection.from }),
    ...(selection.until === null ? {} : { until: selection.until }),
  };
  return { ...parts, flags, hostKey: { ...parts.hostKey, expected: production?.hostKey ?? null } };
}

/**
 * Returns what differs between the steps of a saved plan and those planned now.
 * @param resumes whether the last rollout did not finish
 */
export function boundSteps(saved: SavedPlan, resumes: boolean) {
  return (plans: readonly StepPlan<Context>[]) => {
    const moved = movedSteps(saved.steps, plans);
    return moved.length === 0 ? null : planMoved(moved, resumes);
  };
}

/**
 * Writes a plan without blocked steps.
 * @param given relative to the current directory
 * @returns the command that applies it
 * @throws ProblemError (exit 2) if the file exists and is not a saved plan
 */
export async function savePlan(
  parts: CommandParts,
  open: OpenWorkspace,
  given: string,
  files: readonly BoundFile[],
  plans: readonly StepPlan<Context>[],
): Promise<readonly string[]> {
  const { flags, here, adapters, version, hostKey } = parts;
  const { phase, only, skip, from = null, until = null } = flags;
  const path = pathFrom(here, given);
  await assertReplaceable(here, path, given);
  const made = adapters.clock();
  const { user, host } = await adapters.processTable().self();
  const address = await productionAddress(open);
  const plan: SavedPlan = {
    format: 'erp-deploy plan 1',
    program: version,
    made,
    expires: new Date(Date.parse(made) + flags.validFor).toISOString(),
    by: `${user}@${host}`,
    engine: open.choice.engine,
    production: address === null ? null : { address, hostKey: hostKey.shown },
    selection: { phase, only, skip, from, until },
    files,
    steps: plans.map(savedStep).filter((step) => step !== null),
  };
  await here.write(path, savedPlanText(atBorder(plan)), 0o644);
  const changes = plans.flatMap((one) => (one.state === 'change' ? one.changes : []));
  const approvals = new Map(
    changes.flatMap(consentsOf).map(({ flag, value }) => {
      const words = value === undefined ? [flag] : [flag, value];
      return [words.join(' '), words] as const;
    }),
  );
  return ['erp-deploy', 'run', '--plan', given, ...[...approvals.values()].flat()];
}

/** @throws ProblemError (exit 2) */
async function assertReplaceable(here: Files, path: string, given: string): Promise<void> {
  const { type } = await here.inspect(path);
  if (type === 'absent') return;
  if (type === 'file' && !('fault' in parseSavedPlan(await here.read(path)))) return;
  throw new ProblemError(wouldReplace(given));
}
