import { resolve } from 'node:path';
import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { approvalFlags } from '../../engine/saved-plan/format.ts';
import { notTogether } from '../../engine/saved-plan/problems.ts';
import { stepTitles } from '../../tasks/step-titles.ts';
import type { Execute } from '../wiring/command.ts';
import { readSavedPlan } from '../wiring/saved-plan.ts';

/** Flags that change only how a saved plan is shown. */
const views = ['--show', '--format', '--json', '--verbose', '--no-color', '--non-interactive', '--workspace'];

/** Prints a saved plan. Reads nothing else, and connects to nothing. */
export const showPlan: Execute = async ({ flags, here, cwd, reporter, typed, adapters }) => {
  const others = typed
    .map((word) => word.replace(/=.*/s, ''))
    .filter((word) => word.startsWith('--') && !views.includes(word));
  if (others.length > 0) {
    throw new ProblemError(notTogether('--show', others, '--show prints a plan that was made before.'));
  }
  const saved = await readSavedPlan(here, flags.show ?? '');
  const titles = new Map<string, string>(stepTitles.map(({ id, title }) => [id, title]));
  reporter.emit({
    type: 'rollout.started',
    command: 'plan',
    program: saved.program,
    workspace: resolve(cwd, flags.workspace),
    engine: saved.engine,
    engineReason: 'as saved',
    resumes: false,
    steps: saved.steps.map(({ step, phase }) => ({ step, phase, title: titles.get(step) ?? '' })),
  });
  const { made, by, expires, production } = saved;
  const note = (text: string) => reporter.emit({ type: 'note', level: 'info', text });
  note(`Saved plan, made at ${made} by ${by}, valid until ${expires}`);
  const key = production?.hostKey == null ? '' : `, host key ${production.hostKey}`;
  note(production === null ? 'No production is configured' : `Production: ${production.address}${key}`);
  if (Date.parse(expires) <= Date.parse(adapters.clock())) {
    reporter.emit({ type: 'note', level: 'warning', text: 'The plan has expired' });
  }
  for (const { step, phase, state, summary, changes } of saved.steps) {
    const shown = changes.map((one) => one.shown);
    reporter.emit({ type: 'step.planned', phase, step, state, summary, findings: [], changes: shown });
  }
  const all = saved.steps.flatMap(({ changes }) => changes);
  const consents = [...new Set(all.flatMap(({ shown }) => approvalFlags(shown)))];
  reporter.emit({ type: 'plan.ready', changes: all.length, consents });
  return exitCodes.done;
};
