import { blocks, list, words } from '../documents/markdown.ts';
import { sectionFile } from '../documents/section-file.ts';
import type { WordsAsked } from '../domain/front-end.ts';
import type { StepId } from '../domain/phase.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { completionItems, nothing, type Part } from './part.ts';

const file = { path: layout.lessons, name: 'lessons', heading: 'Lessons learned' } as const;
const told = '## Told by people';
const collected = '## Collected from the journal';

/** What was learned: in people's words where they were asked, and what failed or was left out on the way. */
export async function lessonsPart(context: Context): Promise<Part> {
  const found = await sectionFile(context, file);
  if ('code' in found) return { ...nothing, open: [{ box: completionItems.lessons.id, reason: found.what }] };
  const events = eventsOf(context);
  const person = context.lessons?.replaceAll('\r\n', '\n').trim() ?? toldSoFar(context, found.body);
  if (person === '' && events.length === 0) {
    const asked = context.memory.answer('5.3') === undefined ? '' : ', and who was asked had nothing to add';
    const summary =
      found.text === null ? `nothing to tell: no step failed or was left out${asked}` : layout.lessons;
    return { ...nothing, evidence: [workspaceEvidence(completionItems.lessons.id, summary)] };
  }
  const body = blocks(
    ...(person === '' ? [] : [told, person]),
    collected,
    events.length === 0 ? 'No step failed or was left out.' : list(events),
  );
  if (found.holds(body)) {
    const summary = `${layout.lessons}: ${person === '' ? '' : "people's words, "}${events.length} collected`;
    return { ...nothing, evidence: [workspaceEvidence(completionItems.lessons.id, summary)] };
  }
  return {
    ...nothing,
    findings: [{ what: layout.lessons, wanted: 'what was learned', found: found.words }],
    changes: await found.changes(body),
  };
}

/** A yes that was missing, or a need, is no lesson. */
const refused = /^ERP-03/;

function eventsOf(context: Context): readonly string[] {
  const { memory } = context;
  const failures = memory
    .allFailures()
    .filter(({ code }) => !refused.test(code))
    .map(({ at, step, code, what }) => ({
      at,
      text: `${at}, step ${step} failed: ${words(what)} (${code})`,
    }));
  const skips = memory
    .skips()
    .map(({ at, step, reason }) => ({ at, text: `${at}, step ${step} ${leftOutWords(reason)}` }));
  const dated = [...failures, ...skips].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const toCome = skipsToCome(context).map(([step, reason]) => `step ${step} ${leftOutWords(reason)}`);
  return [...dated.map(({ text }) => text), ...toCome];
}

/** What this very run leaves out, and the journal does not say yet: a plan has no date for it. */
export function skipsToCome({ leftOut, memory }: Context): readonly (readonly [StepId, string])[] {
  return [...leftOut].filter(([step, reason]) => memory.leftOut(step) !== reason);
}

/** A flag takes no reason, and says so itself. */
function leftOutWords(reason: string): string {
  return reason.startsWith('left out ') ? words(reason) : `left out by a person: ${words(reason)}`;
}

/** What to ask a person for, where no file tells it. */
export function lessonsAsked({ lessons }: Context): WordsAsked | null {
  if (lessons !== null) return null;
  return {
    label: 'Lessons learned (optional)',
    why: `Your notes on this rollout (Markdown), for ${layout.lessons}. You see the change before it is written.`,
  };
}

/** What people told before, and behind it what one of them was asked for and the file does not have yet. */
function toldSoFar({ memory }: Context, body: string): string {
  const before = toldBefore(body);
  const answer = memory.answer('5.3');
  if (answer === undefined || answer.text === '') return before;
  // Once it was written the file is what counts: a person may have mended it there. A write that a kill kept out of
  // the journal is seen in the file.
  const wasWritten = memory
    .applied('5.3')
    .some(({ at, scope }) => scope === `write:${layout.lessons}` && at >= answer.at);
  return wasWritten || `\n\n${before}`.endsWith(`\n\n${answer.text}`) ? before : blocks(before, answer.text);
}

/** Their words stay, also where somebody edited the section by hand: it is theirs that would be lost. */
function toldBefore(body: string): string {
  const begin = /^## Told by people[ \t]*$/m.exec(body);
  if (begin === null) return '';
  const rest = body.slice(begin.index + begin[0].length);
  const end = rest.lastIndexOf(`\n${collected}`);
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}
