import type { StepState } from '../../domain/reducer.ts';
import { lookedText } from '../step-list/pane-lines.ts';
import { plain, type StyledLine } from '../styled-line.ts';

type Looked = StepState['looked'][number];

/** Something that is not as it should be, opened: what was wanted, what was found, what would restore it. */
export function wrongLines(one: Looked, indent: string): readonly StyledLine[] {
  return [
    wrongLine(one, indent),
    ...(one.lines ?? []).map((line) => plain(`${indent}    ${line}`, indent.length + 13)),
  ];
}

/** All of a step that is not as it should be: the first is opened, the others are below in full. */
export function wrongInShort({ looked }: StepState, indent: string): readonly StyledLine[] {
  const [first, ...others] = looked.filter(({ ok }) => !ok);
  if (first === undefined) return [];
  return [...wrongLines(first, indent), ...others.map((one) => wrongLine(one, indent))];
}

function wrongLine(one: Looked, indent: string): StyledLine {
  return { text: `${indent}${lookedText(one)}`, tone: 'bad', hang: indent.length + 4 };
}
