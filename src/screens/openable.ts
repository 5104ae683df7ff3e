import { isStepId } from '../domain/phase.ts';
import type { StepState } from '../domain/reducer.ts';
import type { Opens } from './screen.ts';
import { selectedStep } from './selected-step.ts';
import type { WizardState } from './state.ts';

/**
 * Matches a path in the workspace. Does not match a path that leads out of it, or that has a part that begins with a
 * dash.
 */
const path = /(?<![\w./~:-])(?:[\w.][\w.-]*\/)+[\w.][\w.-]*\.(?:sql|ya?ml|md|json|html)(?![\w/])/;
/** Problems name a migration file without its folder. */
const migration = /(?<![\w./-])\d{3,}_[\w-]+\.sql(?![\w/])/;
export const migrationsFolder = 'service-builds/postgres-erp/migrations';

/**
 * Returns what `o` opens: the file that the selected step failed in or writes, or the URL that it checks; null if none.
 */
export function openable(state: WizardState): Exclude<Opens, { type: 'container-log' }> | null {
  const id = selectedStep(state);
  const step = state.rollout.steps.find((one) => one.id === id);
  const root = state.rollout.started?.workspace;
  if (step === undefined || root === undefined) return null;
  const file = textsOf(step, state)
    .map(fileIn)
    .find((one) => one !== null);
  if (file !== undefined) return { type: 'file', path: `${root}/${file}` };
  const url = step.evidence.map(({ facts }) => facts?.url).find((one) => typeof one === 'string');
  return typeof url === 'string' ? { type: 'url', url } : null;
}

function fileIn(text: string): string | null {
  const [found] = path.exec(text) ?? [];
  if (found !== undefined && !found.split('/').includes('..')) return found;
  const [name] = migration.exec(text) ?? [];
  return name === undefined ? null : `${migrationsFolder}/${name}`;
}

/** Returns the texts that may name a file of the workspace; the cause of a failure comes first. */
function textsOf({ id, state, changes }: StepState, { rollout, ui }: WizardState): readonly string[] {
  const { question } = ui;
  const reported = rollout.problems.findLast(({ step }) => step === id)?.problem;
  const asked = question?.type === 'failure' && question.step === id ? question.problem : undefined;
  const failed = asked ?? (state === 'failed' ? reported : undefined);
  const cause = failed === undefined ? [] : [failed.what, ...(failed.excerpt ?? []), failed.why];
  return [...cause, ...changes.filter(({ kind }) => kind === 'write').map(({ summary }) => summary)];
}

/** Returns what `L` shows: the log of the selected step's container, with its name; null if it has none. */
export function containerLog(state: WizardState): { readonly opens: Opens; readonly name: string } | null {
  const step = selectedStep(state);
  if (step === null || !isStepId(step)) return null;
  const name = state.ui.containerLogs?.nameFor(step) ?? null;
  return name === null ? null : { opens: { type: 'container-log', step }, name };
}
