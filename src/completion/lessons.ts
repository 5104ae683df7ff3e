import { blocks, escapeText, list } from '../documents/markdown.ts';
import { sectionFile } from '../documents/section-file.ts';
import type { NotesAsked } from '../domain/front-end.ts';
import type { StepId } from '../domain/phase.ts';
import { type Context, type Skip, workspaceEvidence } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { completionItems, nothing, type Part } from './part.ts';

const file = { path: layout.lessons, name: 'lessons', heading: 'Lessons learned' } as const;
const notesHeading = '## Notes';
const collected = '## Collected from the journal';

/** Writes the lessons learned: the operator's notes, and the steps that failed or were skipped. */
export async function lessonsPart(context: Context): Promise<Part> {
  const found = await sectionFile(context, file);
  if ('code' in found)
    return { ...nothing, open: [{ item: completionItems.lessons.id, reason: found.what }] };
  const events = eventsOf(context);
  const notes = context.lessons?.replaceAll('\r\n', '\n').trim() ?? notesSoFar(context, found.body);
  if (notes === '' && events.length === 0) {
    const answered = context.memory.answer('5.3') === undefined ? '' : ', and the operator added no notes';
    const summary =
      found.text === null ? `nothing to record: no step failed or was skipped${answered}` : layout.lessons;
    return { ...nothing, evidence: [workspaceEvidence(completionItems.lessons.id, summary)] };
  }
  const body = blocks(
    ...(notes === '' ? [] : [notesHeading, notes]),
    collected,
    events.length === 0 ? 'No step failed or was skipped.' : list(events),
  );
  if (found.holds(body)) {
    const summary = `${layout.lessons}: ${notes === '' ? '' : 'notes, '}${events.length} collected`;
    return { ...nothing, evidence: [workspaceEvidence(completionItems.lessons.id, summary)] };
  }
  return {
    ...nothing,
    findings: [
      { what: layout.lessons, expected: 'the lessons learned in this rollout', actual: found.description },
    ],
    changes: await found.changes(body),
  };
}

/** A missing approval or an unmet precondition is not a lesson. */
const refused = /^ERP-03/;

function eventsOf(context: Context): readonly string[] {
  const { memory } = context;
  const failures = memory
    .allFailures()
    .filter(({ code }) => !refused.test(code))
    .map(({ at, step, code, what }) => ({
      at,
      text: `${at}, step ${step} failed: ${escapeText(what)} (${code})`,
    }));
  const skips = memory
    .skips()
    .map(({ at, step, ...skip }) => ({ at, text: `${at}, step ${step} ${skipText(skip)}` }));
  const dated = [...failures, ...skips].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const toCome = skipsToCome(context).map(([step, skip]) => `step ${step} ${skipText(skip)}`);
  return [...dated.map(({ text }) => text), ...toCome];
}

/** Returns the steps that this run skips and the journal does not have yet: a plan has no date for them. */
export function skipsToCome({ leftOut, memory }: Context): readonly (readonly [StepId, Skip])[] {
  return [...leftOut].filter(([step, { reason }]) => memory.leftOut(step) !== reason);
}

function skipText({ reason, isByFlag }: Skip): string {
  return isByFlag ? escapeText(reason) : `skipped by the operator: ${escapeText(reason)}`;
}

/** Returns the prompt for the operator's notes; null if a file contains them. */
export function lessonsAsked({ lessons }: Context): NotesAsked | null {
  if (lessons !== null) return null;
  return {
    label: 'Lessons learned (optional)',
    why: `Your notes on this rollout (Markdown), for ${layout.lessons}. You see the change before it is written.`,
  };
}

/** Returns the notes in the file, followed by the operator's answer if the file does not have it yet. */
function notesSoFar({ memory }: Context, body: string): string {
  const before = notesIn(body);
  const answer = memory.answer('5.3');
  if (answer === undefined || answer.text === '') return before;
  // Once the answer was written, the file counts: the user may have edited it there. If a crash kept the write out of the
  // journal, the file shows it.
  const wasWritten = memory
    .applied('5.3')
    .some(
      ({ at, subject }) => subject?.kind === 'write' && subject.path === layout.lessons && at >= answer.at,
    );
  return wasWritten || `\n\n${before}`.endsWith(`\n\n${answer.text}`) ? before : blocks(before, answer.text);
}

/** Returns the notes, even if the section was edited by hand: the user's text must not be lost. */
function notesIn(body: string): string {
  // Earlier versions wrote `Told by people`.
  const begin = /^## (?:Notes|Told by people)[ \t]*$/m.exec(body);
  if (begin === null) return '';
  const rest = body.slice(begin.index + begin[0].length);
  const end = rest.lastIndexOf(`\n${collected}`);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}
