import { remedyLine } from '../../domain/command-text.ts';
import type { Question } from '../../domain/front-end.ts';
import { labelled, plain, type StyledLine } from '../styled-line.ts';

type Failure = Extract<Question, { type: 'failure' }>['problem'];
type ShownProblem = Pick<Failure, 'what' | 'why' | 'todo'> & {
  readonly excerpt?: readonly string[] | undefined;
};

/**
 * Returns a problem as lines: its code, what failed, why, what to do, and the lines around the fault.
 * @param failed the objects that failed their check, which say more than the excerpt
 */
export function failureLines(problem: Failure, failed: readonly StyledLine[]): readonly StyledLine[] {
  return [labelled('✖      ', problem.code, 'bad'), ...problemLines(problem, failed), plain('')];
}

/** Returns the same without the code. */
export function problemLines(
  { what, why, todo, excerpt = [] }: ShownProblem,
  failed: readonly StyledLine[] = [],
): readonly StyledLine[] {
  return [
    labelled('what   ', what, 'bad'),
    ...(failed.length > 0 ? failed : excerpt.map((line) => plain(`         ${line}`))),
    labelled('why    ', why),
    ...todo.map((remedy, index) => labelled(index === 0 ? 'do     ' : '       ', remedyLine(remedy))),
  ];
}
