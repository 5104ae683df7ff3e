import type { StepId } from '../domain/phase.ts';
import { isStepId } from '../domain/phase.ts';
import { type MarkdownEvent, markdownEvents } from '../workspace/markdown-events.ts';

/** A task-list item of a Markdown file, and its position. */
export interface ListedItem {
  /** The numbered section that contains it; null if the heading has no such number. */
  readonly section: StepId | null;
  /** Its text on one line, without what is listed below it. */
  readonly text: string;
  readonly ticked: boolean;
  /** From 1. */
  readonly line: number;
  /** Index in the text of the character between the brackets. */
  readonly mark: number;
}

/**
 * Returns the task-list items of a checklist in order, as GitHub finds them: none in code, HTML or comments. Those in
 * quotations are left out as well.
 */
export async function parseChecklist(text: string): Promise<readonly ListedItem[]> {
  let section: StepId | null = null;
  let quotations = 0;
  let lists = 0;
  let paragraph: MarkdownEvent | null = null;
  const items: ListedItem[] = [];
  for (const event of await markdownEvents(text)) {
    const { enters, type, start, end } = event;
    const depth = enters ? 1 : -1;
    if (type === 'blockQuote') quotations += depth;
    else if (/^list(?:Ordered|Unordered)$/.test(type)) lists += depth;
    else if (type === 'paragraph' && enters) paragraph = event;
    else if (quotations > 0 || !enters) continue;
    else if (/^(?:atx|setext)Heading$/.test(type) && lists === 0) {
      section = sectionOf(text.slice(start, end));
    } else if (type === 'taskListCheck' && paragraph !== null) {
      const words = text.slice(end, paragraph.end).replaceAll(/\s+/g, ' ').trim();
      const mark = start + 1;
      // A line end between the brackets counts as a blank: marking it would join two lines.
      if (/[\r\n]/.test(text[mark] ?? '')) continue;
      items.push({ section, text: words, ticked: /[xX]/.test(text[mark] ?? ''), line: event.line, mark });
    }
  }
  return items;
}

function sectionOf(heading: string): StepId | null {
  const number = /^[#\s]*(\d\.\d)(?![\d.])/.exec(heading)?.[1];
  return number !== undefined && isStepId(number) ? number : null;
}

/** Checks off items, and leaves every other character as it is. */
export function checkOff(text: string, items: readonly ListedItem[]): string {
  const marks = new Set(items.map(({ mark }) => mark));
  let ticked = '';
  let from = 0;
  for (const mark of [...marks].sort((a, b) => a - b)) {
    ticked += `${text.slice(from, mark)}x`;
    from = mark + 1;
  }
  return ticked + text.slice(from);
}
