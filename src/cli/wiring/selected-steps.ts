import type { Config } from '../../config/config.ts';
import type { Files } from '../../domain/ports/files.ts';
import { ProblemError } from '../../domain/problem.ts';
import { type SelectableStep, selectSteps } from '../../engine/selection.ts';
import { readConfiguration } from './configuration.ts';
import type { Flags } from './flags.ts';

/** The configuration, and the steps that flags and configuration select. */
export interface SelectedSteps<Some extends SelectableStep> {
  readonly config: Config;
  readonly steps: readonly Some[];
  /** Why a flag or the configuration skips a step, by the step's id. */
  readonly skip: ReadonlyMap<string, string>;
}

/**
 * Reads the configuration, and selects steps.
 * @param here the files of the current directory
 * @throws ProblemError with all faults of configuration and selection
 */
export async function selectedSteps<Some extends SelectableStep>(
  all: readonly Some[],
  flags: Flags,
  here: Files,
  workspace: Files,
): Promise<SelectedSteps<Some>> {
  const { phase, only, from = null, until = null } = flags;
  const choose = (skip: ReadonlyMap<string, string>) =>
    selectSteps(all, { phases: phase, only, skip, skipNow: flags.skip, from, until });
  const config = await readConfiguration(flags, here, workspace).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
    const selection = choose(new Map(flags.skip.map((id) => [id, ''])));
    throw new ProblemError([...error.problems, ...('problems' in selection ? selection.problems : [])]);
  });
  const skip = new Map([
    ...Object.entries(config.skip),
    ...flags.skip.map((id) => [id, 'left out by --skip'] as const),
  ]);
  const chosen = choose(skip);
  if ('problems' in chosen) throw new ProblemError(chosen.problems);
  return { config, steps: chosen.steps, skip };
}
