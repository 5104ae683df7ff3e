import type { PlannedChange } from '../domain/change.ts';
import { inWorkspace } from '../domain/command-text.ts';
import type { Done, DoneStep, Undoable } from '../domain/done.ts';
import type { PhaseName, StepId } from '../domain/phase.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { summaryOf } from '../domain/show-change.ts';
import { type CheckResult, missing, type Step, satisfied } from '../domain/step.ts';
import type { Context } from '../workspace/context.ts';
import type { RestorePlan } from './restore-plan.ts';
import { planNetworkUndo, planServiceUndo } from './undo-container.ts';
import { planFileUndo } from './undo-file.ts';
import { planFolderUndo } from './undo-folder.ts';
import { planMigrationsUndo } from './undo-migrations.ts';
import { planMoveUndo } from './undo-move.ts';
import { planRecordUndo } from './undo-record.ts';
import { planRouteUndo } from './undo-route.ts';
import { filesOf, stays, type Undoing } from './undoing.ts';

/**
 * Returns a step that undoes each step in which the rollout changed something, in the order of `steps`.
 * @param known the steps of a rollout, for their phases and titles
 * @param restore returns what restoring production's dump costs, if migrations are undone by it; null if they are not
 */
export function undoSteps(
  { steps, at }: Undoable,
  known: readonly Step<Context>[],
  restore: () => RestorePlan | null,
): readonly Step<Context>[] {
  const all = steps.flatMap(({ done }) => done);
  return steps.map((one) => undoStep(one, { all, at, restore }, known));
}

/** What all steps of a rollback share. */
interface Rollback {
  /** Everything that the rollouts did. */
  readonly all: readonly Done[];
  /** When the first of them started. */
  readonly at: string;
  restore(): RestorePlan | null;
}

function undoStep(
  { step, done }: DoneStep,
  rollback: Rollback,
  known: readonly Step<Context>[],
): Step<Context> {
  const { phase, title } = knownAs(step, known);
  const plan = (context: Context) => planUndos(context, done, rollback);
  return {
    id: step,
    phase,
    title: `undo ${title}`,
    expected: `as before the rollout of ${rollback.at}`,
    needs: [],
    skipReason() {
      const kept = done.flatMap((one) => (one.type === 'kept' ? [one.reason] : []));
      return kept.length === done.length ? keptText(kept) : undefined;
    },
    async check(context) {
      const found = await plan(context);
      const changes = found.flatMap((one) => one.changes);
      if (changes.length === 0) return undoneBut(found.flatMap(({ kept }) => kept ?? []));
      return missing(
        ...changes.map((planned) => ({
          what: summaryOfPlanned(planned),
          expected: 'undone',
          actual: 'unmodified',
        })),
      );
    },
    preview: async (context) => (await plan(context)).flatMap(({ changes }) => changes),
  };
}

function knownAs(
  id: StepId,
  known: readonly Step<Context>[],
): { readonly phase: PhaseName; readonly title: string } {
  const step = known.find((one) => one.id === id);
  if (step === undefined) throw new ProblemError(unknownStep(id));
  return step;
}

/** Plans one undo after another, since they share one database session and one connection to the production host. */
async function planUndos(
  context: Context,
  done: readonly Done[],
  rollback: Rollback,
): Promise<readonly Undoing[]> {
  const found: Undoing[] = [];
  for (const one of done) found.push(await planUndo(context, one, rollback));
  return found;
}

async function planUndo(context: Context, done: Done, { all, restore }: Rollback): Promise<Undoing> {
  await assertInside(context, done);
  switch (done.type) {
    case 'file':
      return planFileUndo(context, done);
    case 'folder':
      return planFolderUndo(context, done, all);
    case 'move':
      return planMoveUndo(context, done);
    case 'service':
      return planServiceUndo(context, done);
    case 'network':
      return planNetworkUndo(context, done);
    case 'route':
      return planRouteUndo(context, done);
    case 'record':
      return planRecordUndo(context, done);
    case 'migrations':
      return planMigrationsUndo(context, done, restore());
    case 'kept':
      return stays(done.reason);
  }
}

/**
 * The journal is a file that others may have written, so its paths must stay in the folder that it is about.
 * @throws ProblemError (exit 3)
 */
async function assertInside(context: Context, done: Done): Promise<void> {
  for (const path of pathsOf(done)) {
    const files = filesOf(context, done.type === 'file' || done.type === 'folder' ? done.host : 'here');
    if (!(await files.isInside(path))) throw new ProblemError(outside(path));
  }
}

function pathsOf(done: Done): readonly string[] {
  switch (done.type) {
    case 'file':
      return [done.path];
    case 'folder':
      return [done.path, ...done.above];
    case 'move':
      return [done.from, done.to];
    default:
      return [];
  }
}

function outside(path: string): Problem {
  return {
    code: 'ERP-0835',
    what: `The journal names a path outside of its folder: ${path}.`,
    why: 'A rollout writes only in the workspace, and in its folder on the production host. Another program changed the journal, or a symbolic link leads elsewhere. Nothing was undone.',
    todo: [{ text: 'Inspect it', command: ['less', inWorkspace('.erp-deploy/journal.jsonl')] }],
    exit: exitCodes.prerequisite,
  };
}

function unknownStep(id: string): Problem {
  return {
    code: 'ERP-0835',
    what: `The journal names a step that does not exist: ${id}.`,
    why: 'Another program changed it, or another version of erp-deploy wrote it. Nothing was undone.',
    todo: [{ text: 'Inspect it', command: ['less', inWorkspace('.erp-deploy/journal.jsonl')] }],
    exit: exitCodes.prerequisite,
  };
}

/** Returns the result of a check that found nothing left to undo. */
function undoneBut(kept: readonly string[]): CheckResult {
  return kept.length === 0 ? satisfied('undone', []) : { ...satisfied(keptText(kept), []), kept };
}

const keptText = (kept: readonly string[]) => `kept: ${kept.join('; ')}`;

function summaryOfPlanned(planned: PlannedChange): string {
  return planned.status === 'exact' ? summaryOf(planned.change) : planned.summary;
}
