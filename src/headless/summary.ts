import type { RolloutState, StepState } from '../domain/reducer.ts';
import { problemLines } from './problem-text.ts';

/** What stays in the shell's scrollback when the wizard is closed. */
export function summaryLines(state: RolloutState): readonly string[] {
  const { started, finished, steps, problems, log } = state;
  if (started === null) {
    const told = problems.flatMap(({ problem }) => problemLines(problem));
    return told.length > 0 ? told : ['erp-deploy: nothing was changed.', '  Next: erp-deploy'];
  }
  const having = (...states: readonly StepState['state'][]) =>
    steps.filter((step) => states.includes(step.state));
  const notes = state.notes.map(({ text }) => `  ${text}`);
  const [done, failed, stopped] = [having('done', 'already'), having('failed'), having('stopped', 'waiting')];
  return [
    `erp-deploy ${started.program}: ${outcomeWords(state)}, in ${started.workspace}`,
    `  ✔ ${counted(done)} ${isRollback(state) ? 'undone' : 'done'} and seen`,
    ...(isRollback(state) ? keptLines(done) : []),
    ...failed.map(({ id, title }) => `  ✖ ${id} ${title} failed`),
    ...skippedLines(having('skipped')),
    ...(stopped.length === 0 ? [] : [`  ○ ${counted(stopped)} not reached`]),
    ...openLine(steps),
    ...lastProblem(state).flatMap(({ problem }) => problemLines(problem)),
    ...notes,
    `  Journal: ${finished?.journal ?? ''}`,
    ...(log === null ? [] : [`  Log: ${log}`]),
    `  Next: ${nextCommand(state)}`,
  ];
}

/** What the run ended with; what was mended on the way is none of it. */
function lastProblem({ problems, finished }: RolloutState): RolloutState['problems'] {
  return problems.slice(-1).filter(({ problem }) => problem.exit === finished?.exit);
}

/** Neither approved nor stopped: a person looked at the plan, or at what is unfinished, and left. */
function isLeft({ finished, steps }: RolloutState): boolean {
  return (
    finished?.exit === 0 && steps.every(({ state }) => ['stopped', 'waiting', 'skipped'].includes(state))
  );
}

function outcomeWords(state: RolloutState): string {
  const { finished } = state;
  if (finished === null) return 'ended';
  if (isLeft(state)) return 'left, nothing was changed';
  const spent = `in ${(finished.milliseconds / 1000).toFixed(1)} s`;
  if (finished.exit === 0) return `done ${spent}`;
  return finished.exit >= 130
    ? `interrupted after ${spent.slice(3)}`
    : `stopped with exit ${finished.exit} ${spent}`;
}

function isRollback({ started }: RolloutState): boolean {
  return started?.command === 'rollback';
}

/** What a rollback left as it is, and why. */
function keptLines(steps: readonly StepState[]): readonly string[] {
  return steps.flatMap(({ id, summary }) => (summary.startsWith('kept: ') ? [`  – ${id} ${summary}`] : []));
}

/** Neighbours with the same reason share a line: `3.1–3.5`. */
function skippedLines(steps: readonly StepState[]): readonly string[] {
  const runs: { first: string; last: string; reason: string }[] = [];
  for (const { id, summary } of steps) {
    const open = runs.at(-1);
    if (open?.reason === summary) open.last = id;
    else runs.push({ first: id, last: id, reason: summary });
  }
  return runs.map(
    ({ first, last, reason }) => `  – ${first === last ? first : `${first}–${last}`} skipped: ${reason}`,
  );
}

function openLine(steps: readonly StepState[]): readonly string[] {
  const open = steps.reduce((sum, step) => sum + step.open.length, 0);
  if (open === 0) return [];
  const boxes = open === 1 ? '1 box of the checklist stays' : `${open} boxes of the checklist stay`;
  return [`  ○ ${boxes} open. Which, and why: erp-deploy checklist`];
}

function counted(steps: readonly unknown[]): string {
  return steps.length === 1 ? '1 step' : `${steps.length} steps`;
}

function nextCommand(state: RolloutState): string {
  const isDone = state.finished?.exit === 0 && !isLeft(state);
  if (isRollback(state)) return isDone ? 'erp-deploy plan' : 'erp-deploy rollback';
  return isDone ? 'erp-deploy validate' : 'erp-deploy';
}
