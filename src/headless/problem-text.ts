import { remedyLine } from '../domain/command-text.ts';
import type { Problem } from '../domain/problem.ts';
import { visible } from '../domain/visible-text.ts';

type Shown = Pick<Problem, 'what' | 'why' | 'todo'> & {
  readonly code: string;
  readonly excerpt?: readonly string[] | undefined;
};

/** Returns a problem as lines: its code, cause and remedy, then its excerpt. */
export function problemLines(problem: Shown): readonly string[] {
  return [
    `${problem.code}  ${problem.what}`,
    `  why  ${problem.why}`,
    ...problem.todo.map((remedy, index) => `${index === 0 ? '  do   ' : '       '}${remedyLine(remedy)}`),
    ...(problem.excerpt ?? []).map((line) => `    ${line}`),
  ].map(visible);
}
