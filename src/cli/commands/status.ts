import { notAppliedYet, pendingCount } from '../../database/validation/pending-problems.ts';
import { type ExitCode, exitCodes } from '../../domain/problem.ts';
import type { Step } from '../../domain/step.ts';
import type { Recorded } from '../../engine/journal.ts';
import { lookedStatus, recordedStatus, type StepStatusState } from '../../engine/look-again.ts';
import { contextsWithoutPending } from '../../schema/applied-files.ts';
import type { Context } from '../../workspace/context.ts';
import type { Execute } from '../wiring/command.ts';
import { contextOf, openWorkspace, recordedIn, tellStarted, whileLocked } from '../wiring/workspace.ts';

/** The journal, looked at again in the world; with `--recorded` the journal alone. */
export const status: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const recorded = await recordedIn(parts, open.world);
  tellStarted(parts, open, recorded.unfinished !== null);
  const context = contextOf(parts, open, () => recorded);
  const states: Seen[] = [];
  const pending = new Set<string>();
  const look = async () => {
    const before = parts.flags.recorded ? [] : await contextsWithoutPending(context);
    for (const name of before.flatMap((one) => one.pending)) pending.add(name);
    const contexts = before.map((one) => one.context);
    for (const step of open.steps) {
      parts.signal.throwIfAborted();
      const { problem, ...seen } = parts.flags.recorded
        ? recordedStatus(step, recorded)
        : await lookedStatus(step, context, recorded, open.skip.get(step.id), contexts);
      states.push({ step, state: seen.state, exit: problem?.exit ?? exitCodes.done });
      parts.teller.tell({ type: 'step.status', phase: step.phase, step: step.id, ...seen });
      if (problem !== undefined) parts.teller.problem(problem, step);
    }
  };
  if (parts.flags.recorded) await look();
  else await whileLocked(parts, open.world, look);
  const text = parts.flags.recorded
    ? recordedWords(recorded)
    : `${pendingWords([...pending])}${whereItGoesOn(states)}`;
  parts.teller.tell({ type: 'note', level: 'info', text });
  if (parts.flags.strict && pending.size > 0) {
    parts.teller.problem(notAppliedYet([...pending]));
    return exitCodes.notAsMigrated;
  }
  if (states.some(({ state }) => state === 'drifted')) return exitCodes.notAsMigrated;
  return states.find(({ state }) => state === 'unseen')?.exit ?? exitCodes.done;
};

/** A step, what was seen of it, and how a look at it ends that comes to no end. */
interface Seen {
  readonly step: Step<Context>;
  readonly state: StepStatusState;
  readonly exit: ExitCode;
}

/** Where an unfinished roll-out stopped, by the journal alone. */
function recordedWords({ unfinished, records }: Recorded): string {
  const words = 'read from the journal alone, nothing was looked at';
  if (unfinished === null) return `${words}; no roll-out is unfinished`;
  const since = records.slice(records.findLastIndex(({ type }) => type === 'rollout'));
  const seen = new Set(since.flatMap((one) => (one.type === 'verified' ? [one.step] : [])));
  const asked = since.flatMap((one) => (one.type === 'confirmed' ? one.changes : []));
  const next = asked.find(({ step }) => step !== null && !seen.has(step))?.step;
  return `${words}; roll-out ${unfinished.rollout} is unfinished${next == null ? '' : ` and goes on at ${next}`}: erp-deploy run`;
}

const pendingWords = (names: readonly string[]) =>
  names.length === 0 ? '' : `${pendingCount(names.length)}: ${names.join(', ')}; `;

function whereItGoesOn(states: readonly Seen[]): string {
  const count = (state: StepStatusState) => states.filter((one) => one.state === state).length;
  const next = states.find(({ state }) => ['drifted', 'unseen', 'open'].includes(state));
  const goesOn =
    next === undefined ? 'nothing is left to do' : `a run goes on at ${next.step.id}: erp-deploy run`;
  const unseen = count('unseen') === 0 ? '' : `${count('unseen')} could not be looked at, `;
  return `${count('true')} done, ${count('drifted')} drifted, ${unseen}${count('open')} to come; ${goesOn}`;
}
