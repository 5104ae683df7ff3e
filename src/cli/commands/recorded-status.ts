import { resolve } from 'node:path';
import { exitCodes } from '../../domain/problem.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { type Recorded, readRecorded } from '../../engine/journal.ts';
import { recordedStatus as statusOf } from '../../engine/recorded-status.ts';
import { stepTitles } from '../../tasks/step-titles.ts';
import { type Execute, journalPath } from '../wiring/command.ts';
import { hostAddress } from '../wiring/known-address.ts';
import { lastFailure } from '../wiring/last-failure.ts';
import { chooseLocalEngine } from '../wiring/local-engine-choice.ts';
import { selectedSteps } from '../wiring/selected-steps.ts';

/**
 * Shows the steps that the journal records as completed, and checks nothing. Loads no step, database or connection:
 * `status --recorded` is for a prompt or a script that asks often.
 */
export const recordedStatus: Execute = async ({
  adapters,
  cwd,
  flags,
  here,
  name,
  reporter,
  signal,
  version,
}) => {
  const root = resolve(cwd, flags.workspace);
  const { config, steps } = await selectedSteps(stepTitles, flags, here, adapters.filesIn(root));
  const production = config.production.host === undefined ? undefined : hostAddress(config);
  const recorded = await readRecorded(adapters.appendFile(root, journalPath));
  const choice = await chooseLocalEngine(config, flags.engine !== undefined, recorded, null, signal);
  reporter.emit({
    type: 'rollout.started',
    command: name,
    program: version,
    workspace: root,
    engine: choice.engine,
    engineReason: choice.reason,
    resumes: recorded.unfinished !== null,
    steps: steps.map(({ id, phase, title }) => ({ step: id, phase, title })),
  });
  for (const step of steps) {
    signal.throwIfAborted();
    reporter.emit({
      type: 'step.status',
      phase: step.phase,
      step: step.id,
      ...statusOf(step, recorded, production),
    });
  }
  for (const note of lastFailure(recorded)) reporter.emit(note);
  reporter.emit({ type: 'note', level: 'info', ...summaryOf(recorded) });
  return exitCodes.done;
};

/** Returns where an unfinished rollout stopped, according to the journal. */
function summaryOf({ unfinished, records }: Recorded): Remedy {
  const source = 'read only from the journal, nothing was checked';
  if (unfinished === null) return { text: `${source}; no rollout is unfinished` };
  const since = records.slice(records.findLastIndex(({ type }) => type === 'rollout'));
  const verified = new Set(since.flatMap((one) => (one.type === 'verified' ? [one.step] : [])));
  const confirmed = since.flatMap((one) => (one.type === 'confirmed' ? one.changes : []));
  const next = confirmed.find(({ step }) => step !== null && !verified.has(step))?.step;
  const text = `${source}; rollout ${unfinished.rollout} is unfinished${next == null ? '' : ` and resumes at ${next}`}`;
  return { text, command: ['erp-deploy', 'run'] };
}
