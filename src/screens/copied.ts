import { commandLine } from '../domain/command-text.ts';
import { selectedStep } from './selected-step.ts';
import type { WizardState } from './state.ts';

/**
 * Returns the text that `c` copies: of a problem, the command that is suggested first, or the problem if there is none;
 * of a step, the first command that it runs. Null if there is nothing to copy.
 */
export function copied(state: WizardState): string | null {
  const { question } = state.ui;
  const id = selectedStep(state);
  if (question?.type === 'failure' && question.step === id) return ofProblem(question.problem);
  const reported = state.rollout.problems.findLast(({ step }) => step === id);
  const step = state.rollout.steps.find((one) => one.id === id);
  if (reported !== undefined && step?.state === 'failed') return ofProblem(reported.problem);
  const [command] = step?.changes.find(({ kind }) => kind === 'command')?.lines ?? [];
  return command?.replace(/^\$ /, '') ?? null;
}

interface Copied {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly todo: readonly { readonly command?: readonly string[] | undefined }[];
}

function ofProblem({ code, what, why, todo }: Copied): string {
  const command = todo.find((remedy) => remedy.command !== undefined)?.command;
  return command === undefined ? `${code}  ${what}\n${why}` : commandLine(command);
}
