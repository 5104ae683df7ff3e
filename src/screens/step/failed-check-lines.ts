import type { StepState } from '../../domain/reducer.ts';
import { checkedText } from '../step-list/pane-lines.ts';
import { plain, type StyledLine } from '../styled-line.ts';

type Checked = StepState['checked'][number];

/**
 * Returns the lines about an object that failed its check: expected and actual state, and the SQL that would restore
 * it.
 */
export function failedCheckLines(one: Checked, indent: string): readonly StyledLine[] {
  return [
    failedLine(one, indent),
    ...(one.lines ?? []).map((line) => plain(`${indent}    ${line}`, indent.length + 13)),
  ];
}

/**
 * Returns the lines about all objects of a step that failed. Only the first has its details: the groups further down
 * have the details of all.
 */
export function failedChecks({ checked }: StepState, indent: string): readonly StyledLine[] {
  const [first, ...others] = checked.filter(({ ok }) => !ok);
  if (first === undefined) return [];
  return [...failedCheckLines(first, indent), ...others.map((one) => failedLine(one, indent))];
}

function failedLine(one: Checked, indent: string): StyledLine {
  return { text: `${indent}${checkedText(one)}`, tone: 'bad', hang: indent.length + 4 };
}
