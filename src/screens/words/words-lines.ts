import type { WordsAsked } from '../../domain/front-end.ts';
import { heading, plain, type StyledLine } from '../lines.ts';

/** What is asked, and the lines that a person has typed or pasted so far. */
export function wordsLines({ label, why }: WordsAsked, words: string): readonly StyledLine[] {
  const lines = `${words}▏`.split('\n');
  return [
    heading(label),
    plain(why),
    plain('Enter takes it; nothing typed means nothing to tell.'),
    plain(''),
    ...lines.map((line, index) => plain(`  ${index === 0 ? '›' : ' '} ${line}`, 4)),
  ];
}
