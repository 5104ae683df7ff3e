import type { ProgressGroup } from '../../domain/reducer.ts';
import type { StyledLine } from '../styled-line.ts';
import { wrapLines } from '../wrap.ts';

/** A blank at which lines are not broken. */
const together = '\u00a0';

/**
 * Returns the parts of a group, such as `  erp core 6/6 · pattern 8 8/8`; a repeated first word is left out. Returns
 * none if there is only one part.
 */
export function partLines({ parts }: ProgressGroup, width: number): readonly StyledLine[] {
  if (parts.length < 2) return [];
  const texts = parts.map(({ name, done, total }, index) => {
    const [first = '', ...rest] = name.split(' ');
    const again = rest.length > 0 && parts[index - 1]?.name.startsWith(`${first} `) === true;
    // Always has the same width, so that the text after it does not move.
    const count = `${String(done).padStart(String(total).length)}/${total}`;
    return `${again ? rest.join(' ') : name} ${count}`.replaceAll(' ', together);
  });
  const lines = wrapLines([{ text: `  ${texts.join(' · ')}`, tone: 'dim', hang: 2 }], width);
  return lines.map((line) => ({ ...line, text: line.text.replaceAll(together, ' ') }));
}
