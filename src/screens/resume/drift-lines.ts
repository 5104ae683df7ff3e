import type { StepState } from '../../domain/reducer.ts';
import { heading, labelled, plain, type StyledLine } from '../lines.ts';
import { problemLines } from '../step/failure-lines.ts';

/** What is not as it was when it was done: wanted and found, looked at now. */
export function driftLines(steps: readonly StepState[]): readonly StyledLine[] {
  return [
    heading('What drifted since it was done'),
    plain('Looked at now. Going on brings it back, and shows each change before it is made.'),
    plain(''),
    ...steps.flatMap(stepDrift),
  ];
}

function stepDrift({ id, title, status, summary }: StepState): readonly StyledLine[] {
  const { findings = [], problem } = status ?? {};
  const found = findings.flatMap((one) => [
    plain(`  ${one.what}`, 4),
    labelled('    wanted  ', one.wanted),
    labelled('    found   ', one.found, 'bad'),
    ...(one.excerpt ?? []).map((line) => plain(`      ${line}`)),
  ]);
  const told = problem === undefined ? found : problemLines(problem).map(indented);
  const sign = status?.state === 'unseen' ? '!' : '≠';
  return [
    heading(`${sign} ${id} ${title}`),
    ...(told.length > 0 ? told : [plain(`  ${summary}`)]),
    plain(''),
  ];
}

function indented(line: StyledLine): StyledLine {
  return { ...line, text: `  ${line.text}`, ...(line.hang === undefined ? {} : { hang: line.hang + 2 }) };
}
