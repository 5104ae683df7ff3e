import checklist from '../../../assets/data/checklist.json' with { type: 'json' };
import type { ShownChange } from '../../domain/events.ts';
import type { Question } from '../../domain/front-end.ts';
import type { ProgressGroup, StepState } from '../../domain/reducer.ts';
import { lookedText } from '../step-list/pane-lines.ts';
import { diffLine, excerptLines, heading, labelled, plain, type StyledLine } from '../styled-line.ts';
import { questionLines } from './step-question.ts';
import { wrongLines } from './wrong-lines.ts';

/** A step opened: what is wanted, what was found, the change, its output, its evidence, the checklist's words. */
export function stepLines(step: StepState, question: Question | null): readonly StyledLine[] {
  const asked = question !== null && question.type === 'confirm-more' && question.step === step.id;
  const changes = asked ? question.changes : step.changes;
  const change = part('change', inOrder(changes, question).flatMap(changeLines));
  const found = part('found', foundLines(step, question));
  const consent = question?.type === 'consent' && question.step === step.id;
  return [
    ...(questionLines(step, question) ?? expectedLines(step)),
    // What a yes does is what the person decides on: in a small terminal it comes before what led to it.
    ...(consent ? [...change, ...found] : [...found, ...change]),
    ...part(
      'output',
      step.output.map((line) => plain(`  ${line}`)),
    ),
    ...step.progress.flatMap((group) => groupLines(group, step)),
    ...part(
      'seen',
      step.evidence.map(({ box, summary, target }) =>
        labelled(`  ✔ ${(box ?? '').padEnd(6)}  `, `${summary} (${target})`),
      ),
    ),
    ...part(
      'open',
      step.open.flatMap(({ box, reason }) => {
        const [words = '', ...lines] = reason.split('\n');
        return [labelled(`  ○ ${box}  `, words), ...excerptLines(lines)];
      }),
    ),
    ...part('checklist', checklistLines(step.id)),
  ];
}

function expectedLines({ summary }: StepState): readonly StyledLine[] {
  return part('wanted', summary === '' ? [] : [plain(`  ${summary}`)]);
}

function foundLines({ id, findings }: StepState, question: Question | null): readonly StyledLine[] {
  const own = question !== null && 'step' in question && question.step === id ? question : null;
  // Of a step that failed, the plan's findings are old.
  if (own?.type === 'failure') return [];
  const above = own?.type === 'consent' ? (own.consent.excerpt ?? []).join('\n') : '';
  return findings.flatMap(({ what, wanted, found, excerpt = [] }) => [
    plain(`  ${what}: wanted ${wanted}, found ${found}`, 4),
    ...excerptLines(excerpt.join('\n') === above ? [] : excerpt),
  ]);
}

/** What a consent is about comes first: it is what the person decides on. */
function inOrder(changes: readonly ShownChange[], question: Question | null): readonly ShownChange[] {
  if (question?.type !== 'consent') return changes;
  const about = ({ consent }: ShownChange) => consent?.why === question.consent.why;
  return [...changes.filter(about), ...changes.filter((change) => !about(change))];
}

function part(title: string, lines: readonly StyledLine[]): readonly StyledLine[] {
  return lines.length === 0 ? [] : [heading(title), ...lines, plain('')];
}

/** Things of one kind that were looked at, one by one; what is wrong comes first. */
function groupLines(
  { name, done, total, parts }: ProgressGroup,
  { looked }: StepState,
): readonly StyledLine[] {
  const own = looked.filter(({ group }) => group === name);
  const right = own.filter(({ ok }) => ok);
  const line = (one: Looked, indent: string) => plain(`${indent}${lookedText(one)}`, indent.length + 4);
  const inParts = parts.flatMap((one) => [
    plain(`  ${one.name} ${one.done}/${one.total}`),
    ...right.filter(({ part }) => part === one.name).map((seen) => line(seen, '    ')),
  ]);
  const others = right.filter((one) => !parts.some((known) => known.name === one.part));
  return part(`${name} ${done}/${total}`, [
    ...own.filter(({ ok }) => !ok).flatMap((one) => wrongLines(one, '  ')),
    ...inParts,
    ...others.map((one) => line(one, '  ')),
  ]);
}

type Looked = StepState['looked'][number];

function changeLines(change: ShownChange): readonly StyledLine[] {
  const marks = [
    ...(change.reversible ? [] : ['irreversible']),
    ...(change.consent === undefined ? [] : [`needs ${change.consent.flag}`]),
  ];
  return [
    plain(`  ${change.summary}${marks.length === 0 ? '' : `  [${marks.join(', ')}]`}`, 4),
    ...change.lines.map((line) => (change.kind === 'write' ? diffLine(line) : plain(`    ${line}`))),
  ];
}

function checklistLines(id: string): readonly StyledLine[] {
  const section = checklist.sections.find((one) => one.id === id);
  return (section?.boxes ?? []).map((words, index) =>
    labelled(`  ${`${id}#${index + 1}`.padEnd(6)}  `, words, 'dim'),
  );
}
