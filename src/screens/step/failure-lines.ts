import type { Question } from '../../domain/front-end.ts';
import { labelled, plain, type StyledLine } from '../lines.ts';

type Failure = Extract<Question, { type: 'failure' }>['problem'];

/** What, why, what to do, and the lines around the fault. */
export function failureLines({ code, what, why, todo, excerpt = [] }: Failure): readonly StyledLine[] {
  return [
    labelled('✖      ', code, 'bad'),
    labelled('what   ', what, 'bad'),
    ...excerpt.map((line) => plain(`         ${line}`)),
    labelled('why    ', why),
    ...todo.map((line, index) => labelled(index === 0 ? 'do     ' : '       ', line)),
    plain(''),
  ];
}
