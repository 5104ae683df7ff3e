import type { Question } from '../../domain/front-end.ts';
import { labelled, plain, type StyledLine } from '../styled-line.ts';

type Failure = Extract<Question, { type: 'failure' }>['problem'];
type FailureWords = Pick<Failure, 'what' | 'why' | 'todo'> & {
  readonly excerpt?: readonly string[] | undefined;
};

/**
 * What, why, what to do, and the lines around the fault.
 * @param wrong what was looked at and is not as it should be: it tells more than the excerpt
 */
export function failureLines(problem: Failure, wrong: readonly StyledLine[]): readonly StyledLine[] {
  return [labelled('✖      ', problem.code, 'bad'), ...problemLines(problem, wrong), plain('')];
}

/** The same without its code. */
export function problemLines(
  { what, why, todo, excerpt = [] }: FailureWords,
  wrong: readonly StyledLine[] = [],
): readonly StyledLine[] {
  return [
    labelled('what   ', what, 'bad'),
    ...(wrong.length > 0 ? wrong : excerpt.map((line) => plain(`         ${line}`))),
    labelled('why    ', why),
    ...todo.map((line, index) => labelled(index === 0 ? 'do     ' : '       ', line)),
  ];
}
