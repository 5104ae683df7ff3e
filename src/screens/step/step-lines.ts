import checklist from '../../../assets/data/checklist.json' with { type: 'json' };
import { withCommand } from '../../domain/command-text.ts';
import type { ShownChange } from '../../domain/events.ts';
import type { Question } from '../../domain/front-end.ts';
import type { ProgressGroup, StepState } from '../../domain/reducer.ts';
import { approvalsOf, signOfChange } from '../../domain/show-change.ts';
import { checkedText } from '../step-list/pane-lines.ts';
import { diffLine, excerptLines, heading, labelled, plain, type StyledLine } from '../styled-line.ts';
import { failedCheckLines } from './failed-check-lines.ts';
import { questionLines } from './step-question.ts';

/** Returns the lines about a step: expected and actual state, changes, output, evidence, checklist items. */
export function stepLines(step: StepState, question: Question | null): readonly StyledLine[] {
  const asked = question !== null && question.type === 'confirm-more' && question.step === step.id;
  const changes = asked ? question.changes : step.changes;
  // The list of applied files would push the output, which explains the failure, out of view.
  const hasFailed = step.state === 'failed';
  const change = part('changes', inOrder(changes, question).flatMap(hasFailed ? changeSummary : changeLines));
  // The plan's findings are out of date after the step has run.
  const actual = part(hasRun(step) ? 'before' : 'actual', actualLines(step, question));
  const consent = question?.type === 'consent' && question.step === step.id;
  return [
    ...(questionLines(step, question) ?? summaryLines(step)),
    // The operator decides on the effect of an approval; in a small terminal, the effect comes before the reason.
    ...(consent ? [...change, ...actual] : [...actual, ...change]),
    ...part(
      'output',
      step.output.map((line) => plain(`  ${line}`)),
    ),
    ...step.progress.flatMap((group) => groupLines(group, step)),
    ...part(
      'evidence',
      step.evidence.map(({ item, summary, target }) =>
        labelled(`  ✔ ${(item ?? '').padEnd(6)}  `, `${summary} (${target})`),
      ),
    ),
    ...part(
      'items left',
      step.open.flatMap(({ item, reason, command }) => {
        const [first = '', ...lines] = withCommand(reason, command).split('\n');
        return [labelled(`  ○ ${item}  `, first), ...excerptLines(lines)];
      }),
    ),
    ...part('checklist', checklistLines(step.id)),
  ];
}

function hasRun({ state }: StepState): boolean {
  return state === 'done' || state === 'already' || state === 'failed';
}

function summaryLines(step: StepState): readonly StyledLine[] {
  return part(summaryTitle(step), step.summary === '' ? [] : [plain(`  ${step.summary}`)]);
}

/** Returns the label of the summary, whose meaning changes while the step is planned, runs and ends. */
function summaryTitle(step: StepState): string {
  if (hasRun(step)) return 'result';
  if (step.state === 'skipped' || step.planned === 'skipped') return 'reason';
  if (step.planned === 'blocked') return 'problem';
  return step.planned === 'satisfied' ? 'actual' : 'expected';
}

function actualLines({ id, findings }: StepState, question: Question | null): readonly StyledLine[] {
  const own = question !== null && 'step' in question && question.step === id ? question : null;
  // If the step failed, the plan's findings are out of date.
  if (own?.type === 'failure') return [];
  const above = own?.type === 'consent' ? (own.consent.excerpt ?? []).join('\n') : '';
  return findings.flatMap(({ what, expected: wanted, actual: found, excerpt = [] }) => [
    plain(`  ${what}: expected ${wanted}, actual: ${found}`, 4),
    ...excerptLines(excerpt.join('\n') === above ? [] : excerpt),
  ]);
}

/** Puts the changes that need the requested approval first. */
function inOrder(changes: readonly ShownChange[], question: Question | null): readonly ShownChange[] {
  if (question?.type !== 'consent') return changes;
  const about = (change: ShownChange) => approvalsOf(change).some(({ why }) => why === question.consent.why);
  return [...changes.filter(about), ...changes.filter((change) => !about(change))];
}

function part(title: string, lines: readonly StyledLine[]): readonly StyledLine[] {
  return lines.length === 0 ? [] : [heading(title), ...lines, plain('')];
}

/** Returns the checked objects of one kind, those that failed first. */
function groupLines(
  { name, done, total, parts }: ProgressGroup,
  { checked }: StepState,
): readonly StyledLine[] {
  const own = checked.filter(({ group }) => group === name);
  const passed = own.filter(({ ok }) => ok);
  const line = (one: Checked, indent: string) => plain(`${indent}${checkedText(one)}`, indent.length + 4);
  const inParts = parts.flatMap((one) => [
    plain(`  ${one.name} ${one.done}/${one.total}`),
    ...passed.filter(({ part }) => part === one.name).map((object) => line(object, '    ')),
  ]);
  const others = passed.filter((one) => !parts.some((known) => known.name === one.part));
  return part(`${name} ${done}/${total}`, [
    ...own.filter(({ ok }) => !ok).flatMap((one) => failedCheckLines(one, '  ')),
    ...inParts,
    ...others.map((one) => line(one, '  ')),
  ]);
}

type Checked = StepState['checked'][number];

function changeLines(change: ShownChange): readonly StyledLine[] {
  return [
    ...changeSummary(change),
    ...change.lines.map((line) => (change.kind === 'write' ? diffLine(line) : plain(`    ${line}`))),
  ];
}

function changeSummary(change: ShownChange): readonly StyledLine[] {
  const marks = [
    ...(change.reversible ? [] : ['not undone by rollback']),
    ...approvalsOf(change).map(({ flag }) => `needs ${flag}`),
  ];
  return [
    plain(
      `  ${signOfChange(change)} ${change.summary}${marks.length === 0 ? '' : `  [${marks.join(', ')}]`}`,
      6,
    ),
  ];
}

function checklistLines(id: string): readonly StyledLine[] {
  const section = checklist.sections.find((one) => one.id === id);
  return (section?.boxes ?? []).map((item, index) =>
    labelled(`  ${`${id}#${index + 1}`.padEnd(6)}  `, item, 'dim'),
  );
}
