import type { Config } from '../config/config.ts';
import type { StepId } from '../domain/phase.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Step } from '../domain/step.ts';
import { type Recorded, readRecorded } from '../engine/journal.ts';
import { type Lock, takeLock } from '../engine/lock.ts';
import { selectSteps } from '../engine/selection.ts';
import type { Context } from '../tasks/context.ts';
import { steps as allSteps } from '../tasks/steps.ts';
import { type CommandParts, journalPath } from './command.ts';
import { readConfiguration } from './configuration.ts';
import { chooseEngine, type EngineChoice } from './engine-choice.ts';
import { type World, worldOf } from './world.ts';

/** A workspace, configured, with the steps that were asked for. */
export interface OpenWorkspace {
  readonly world: World;
  readonly config: Config;
  readonly choice: EngineChoice;
  readonly steps: readonly Step<Context>[];
  /** Why a person left a step out. */
  readonly skip: ReadonlyMap<string, string>;
  readonly selected: ReadonlySet<StepId>;
}

/** @throws ProblemError with all faults of configuration and selection */
export async function openWorkspace(parts: CommandParts, recorded?: Recorded): Promise<OpenWorkspace> {
  const { flags, adapters } = parts;
  const world = worldOf(adapters, flags.workspace);
  const config = await readConfiguration(flags, adapters.filesIn(process.cwd()), world.files);
  const skip = new Map([
    ...Object.entries(config.skip),
    ...flags.skip.map((id) => [id, 'left out by --skip'] as const),
  ]);
  const { phase, only, from = null, until = null } = flags;
  const chosen = selectSteps(allSteps, { phases: phase, only, skip, from, until });
  if ('problems' in chosen) throw new ProblemError(chosen.problems);
  const choice = chooseEngine(config, recorded ?? (await recordedIn(parts, world)));
  const selected = new Set(chosen.steps.filter(({ id }) => !skip.has(id)).map(({ id }) => id));
  return { world, config, choice, steps: chosen.steps, skip, selected };
}

/** What the steps of this command look through. */
export function contextOf(parts: CommandParts, open: OpenWorkspace, recorded: () => Recorded): Context {
  const { config, choice, selected, world } = open;
  const shadow = parts.flags.shadowDatabaseUrl;
  return world.context(
    {
      config,
      engine: choice.engine,
      selected,
      signal: parts.signal,
      progress: (step, item) => {
        const phase = allSteps.find(({ id }) => id === step)?.phase;
        if (phase !== undefined) parts.teller.tell({ type: 'progress', phase, step, ...item });
      },
      openShadow:
        shadow === undefined
          ? null
          : async () => (await import('./database-target.ts')).openShadow(parts, shadow),
    },
    recorded,
  );
}

export function recordedIn({ adapters }: CommandParts, { root }: World): Promise<Recorded> {
  return readRecorded(adapters.appendFile(root, journalPath));
}

/** The lock of the workspace. @throws ProblemError (exit 6) where another process holds it */
export function lockWorkspace(parts: CommandParts, { root }: World, force = false): Promise<Lock> {
  const { adapters, typed } = parts;
  return takeLock(
    {
      folder: adapters.claimFolder(root, '.erp-deploy/lock'),
      processes: adapters.processTable(),
      clock: adapters.clock,
      command: typed,
    },
    force,
  );
}

/**
 * Does something that may open the embedded database: under the lock where there is one to open, since two
 * processes on one folder lose committed rows. It is closed before the lock goes. One that a roll-out makes
 * while this looks without a lock stays that roll-out's own.
 */
export async function whileLocked<Answer>(
  parts: CommandParts,
  world: World,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const there = (await world.database.state()).is !== 'absent';
  const lock = there ? await lockWorkspace(parts, world) : null;
  if (lock === null) world.database.ignore();
  try {
    return await act();
  } finally {
    await world.database.close();
    await lock?.release();
  }
}

export function tellStarted(parts: CommandParts, open: OpenWorkspace, resumes: boolean): void {
  parts.teller.tell({
    type: 'rollout.started',
    command: parts.name,
    program: parts.version,
    workspace: open.world.root,
    engine: open.choice.engine,
    engineReason: open.choice.reason,
    resumes,
    steps: open.steps.map(({ id, phase, title }) => ({ step: id, phase, title })),
  });
}
