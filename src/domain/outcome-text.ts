import type { StepState } from './reducer.ts';

const words: Readonly<Record<Exclude<StepState['state'], 'stopped'>, string>> = {
  waiting: 'pending',
  running: 'running',
  done: 'done',
  already: 'unchanged',
  skipped: 'skipped',
  failed: 'failed',
};

/** Returns a step's state in a word, with its summary; the summary of a stopped step is its state. */
export function outcomeText(
  state: StepState['state'],
  summary: string,
): { readonly word: string; readonly text: string } {
  return state === 'stopped' ? { word: summary, text: '' } : { word: words[state], text: summary };
}

/** Returns the count of checklist items that are left. */
export function itemsLeft(count: number): string {
  return count === 1 ? '1 item left' : `${count} items left`;
}
