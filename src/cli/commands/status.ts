import { notAppliedYet, pendingCount } from '../../database/validation/pending-problems.ts';
import { type ExitCode, exitCodes, type Problem } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import type { Step } from '../../domain/step.ts';
import { sameProblem } from '../../engine/refusal.ts';
import { StatusCheck, type StepStatusState } from '../../engine/step-status.ts';
import { contextsWithoutPending } from '../../schema/applied-files.ts';
import type { Context } from '../../workspace/context.ts';
import { missedBackupNotes } from '../wiring/backup-check.ts';
import type { Execute } from '../wiring/command.ts';
import { lastFailure } from '../wiring/last-failure.ts';
import { contextOf, openWorkspace, recordedIn, tellStarted, whileLocked } from '../wiring/workspace.ts';

/** Shows the steps that the journal records as completed, re-checked. */
export const status: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.ports);
  tellStarted(parts, open, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const states: Checked[] = [];
  const problems: Problem[] = [];
  const pending = new Set<string>();
  const check = async () => {
    const before = await contextsWithoutPending(context);
    for (const name of before.flatMap((one) => one.pending)) pending.add(name);
    const without = before.map((one) => one.context);
    const checked = new StatusCheck(context, recorded, without);
    for (const step of open.steps) {
      parts.signal.throwIfAborted();
      const { problem, ...status } = await checked.of(step, open.skip.get(step.id));
      states.push({ step, state: status.state, exit: problem?.exit ?? exitCodes.done });
      parts.reporter.emit({ type: 'step.status', phase: step.phase, step: step.id, ...status });
      if (problem === undefined || problems.some((known) => sameProblem(known, problem))) continue;
      problems.push(problem);
      parts.reporter.problem(problem, step);
    }
    if (open.steps.some(({ phase }) => phase === 'production'))
      for (const note of await missedBackupNotes(parts, context)) parts.reporter.emit(note);
  };
  await whileLocked(parts, open.ports, check);
  for (const note of lastFailure(recorded)) parts.reporter.emit(note);
  const { text, command } = summaryOf(states, pendingSummary([...pending]));
  parts.reporter.emit({ type: 'note', level: 'info', text, command });
  if (parts.flags.strict && pending.size > 0) {
    parts.reporter.problem(notAppliedYet([...pending]));
    return exitCodes.notAsMigrated;
  }
  if (states.some(({ state }) => state === 'drifted')) return exitCodes.notAsMigrated;
  const isBlocked = states.some(({ state }) => state === 'blocked');
  const otherwise = isBlocked ? exitCodes.notAsMigrated : exitCodes.done;
  return states.find(({ state }) => state === 'unseen')?.exit ?? otherwise;
};

/** A step and its state; `exit` is the exit code of a check that failed. */
interface Checked {
  readonly step: Step<Context>;
  readonly state: StepStatusState;
  readonly exit: ExitCode;
}

const pendingSummary = (names: readonly string[]) =>
  names.length === 0 ? '' : `${pendingCount(names.length)}: ${names.join(', ')}; `;

function summaryOf(states: readonly Checked[], pendingMigrations: string): Remedy {
  const count = (state: StepStatusState) => states.filter((one) => one.state === state).length;
  const next = states.find(({ state }) => ['drifted', 'blocked', 'unseen', 'open'].includes(state));
  const resume = next === undefined ? 'nothing is left to do' : `a run resumes at ${next.step.id}`;
  const unchecked = count('unseen') === 0 ? '' : `${count('unseen')} could not be checked, `;
  const blocked = count('blocked') === 0 ? '' : `${count('blocked')} blocked by that, `;
  const counted = `${count('true')} done, ${count('drifted')} drifted, ${blocked}${unchecked}${count('open')} pending`;
  const text = `${pendingMigrations}${counted}; ${resume}`;
  return next === undefined ? { text } : { text, command: ['erp-deploy', 'run'] };
}
