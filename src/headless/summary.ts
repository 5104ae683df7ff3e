import { commandLine, withCommand } from '../domain/command-text.ts';
import { journalOf } from '../domain/journal-location.ts';
import { itemsLeft } from '../domain/outcome-text.ts';
import type { RolloutState, StepState } from '../domain/reducer.ts';
import { problemLines } from './problem-text.ts';

/**
 * Returns the lines that stay in the shell's scrollback when the wizard is closed.
 * @param completed completes a command with the flags of this operator
 */
export function summaryLines(
  state: RolloutState,
  completed: (argv: readonly string[]) => readonly string[],
): readonly string[] {
  const next = `  Next: ${commandLine(completed(nextCommand(state)))}`;
  const { started, finished, steps, problems, log } = state;
  if (started === null) {
    const lines = problems.flatMap(({ problem }) => problemLines(problem));
    return lines.length > 0 ? lines : ['erp-deploy: nothing was changed.', next];
  }
  const having = (...states: readonly StepState['state'][]) =>
    steps.filter((step) => states.includes(step.state));
  const notes = state.notes.map(({ text, command }) => `  ${withCommand(text, command)}`);
  const [done, skipped] = [having('done', 'already'), having('skipped')];
  const [failed, stopped] = [having('failed'), having('stopped', 'waiting')];
  const skips = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
  return [
    `erp-deploy ${started.program}: ${outcomeWords(state)}, in ${started.workspace}`,
    `  ✔ ${done.length} ${isRollback(state) ? 'undone' : 'done'}${skips}`,
    ...(isRollback(state) ? keptLines(done) : []),
    ...failed.map(({ id, title }) => `  ✖ ${id} ${title} failed`),
    ...skippedLines(skipped),
    ...(stopped.length === 0 ? [] : [`  ○ ${stopped.length} not started`]),
    ...leftLine(finished?.counts.open ?? 0, completed),
    ...lastProblem(state).flatMap(({ problem }) => problemLines(problem)),
    ...notes,
    `  Journal: ${finished === null ? '' : journalOf(finished, started)}`,
    ...(log === null ? [] : [`  Log: ${log}`]),
    next,
  ];
}

/** Returns the problem that the run ended with; problems that were fixed during the run are left out. */
function lastProblem({ problems, finished }: RolloutState): RolloutState['problems'] {
  return problems.slice(-1).filter(({ problem }) => problem.exit === finished?.exit);
}

/** Returns whether the operator quit at the plan, or when asked about the unfinished rollout. */
function hasQuit({ finished, steps }: RolloutState): boolean {
  return (
    finished?.exit === 0 && steps.every(({ state }) => ['stopped', 'waiting', 'skipped'].includes(state))
  );
}

function outcomeWords(state: RolloutState): string {
  const { finished } = state;
  if (finished === null) return 'ended';
  if (hasQuit(state)) return 'quit, nothing was changed';
  const waited = Math.round((finished.waited ?? 0) / 1000);
  const spent = `in ${(finished.milliseconds / 1000).toFixed(1)} s${waited === 0 ? '' : ` of work (${waited} s waiting for answers)`}`;
  if (finished.exit === 0) return `done ${spent}`;
  return finished.exit >= 130
    ? `interrupted after ${spent.slice(3)}`
    : `stopped with exit code ${finished.exit} ${spent}`;
}

function isRollback({ started }: RolloutState): boolean {
  return started?.command === 'rollback';
}

/** Returns what the rollback kept, and why. */
function keptLines(steps: readonly StepState[]): readonly string[] {
  return steps.flatMap(({ id, kept }) => (kept.length === 0 ? [] : [`  – ${id} kept: ${kept.join('; ')}`]));
}

/** Returns the skipped steps; consecutive steps with the same reason share a line: `3.1–3.5`. */
function skippedLines(steps: readonly StepState[]): readonly string[] {
  const runs: { first: string; last: string; reason: string }[] = [];
  for (const { id, summary } of steps) {
    const current = runs.at(-1);
    if (current?.reason === summary) current.last = id;
    else runs.push({ first: id, last: id, reason: summary });
  }
  return runs.map(
    ({ first, last, reason }) => `  – ${first === last ? first : `${first}–${last}`} skipped: ${reason}`,
  );
}

function leftLine(
  left: number,
  completed: (argv: readonly string[]) => readonly string[],
): readonly string[] {
  const list = completed(['erp-deploy', 'checklist']);
  return left === 0 ? [] : [`  ○ ${withCommand(`${itemsLeft(left)}. To list them with reasons`, list)}`];
}

function nextCommand(state: RolloutState): readonly string[] {
  const isDone = state.finished?.exit === 0 && !hasQuit(state);
  if (isRollback(state)) return ['erp-deploy', isDone ? 'plan' : 'rollback'];
  return isDone ? ['erp-deploy', 'validate'] : ['erp-deploy'];
}
