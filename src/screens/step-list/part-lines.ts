import type { ProgressGroup } from '../../domain/reducer.ts';
import type { StyledLine } from '../styled-line.ts';
import { wrapLines } from '../wrap.ts';

/** No line is broken at it. */
const together = '\u00a0';

/** `  erp core 6/6 · pattern 8 8/8`: what a group is made of; a first word is said once. None for one part. */
export function partLines({ parts }: ProgressGroup, width: number): readonly StyledLine[] {
  if (parts.length < 2) return [];
  const texts = parts.map(({ name, done, total }, index) => {
    const [first = '', ...rest] = name.split(' ');
    const again = rest.length > 0 && parts[index - 1]?.name.startsWith(`${first} `) === true;
    // As wide from the first to the last: nothing behind it moves.
    const count = `${String(done).padStart(String(total).length)}/${total}`;
    return `${again ? rest.join(' ') : name} ${count}`.replaceAll(' ', together);
  });
  const lines = wrapLines([{ text: `  ${texts.join(' · ')}`, tone: 'dim', hang: 2 }], width);
  return lines.map((line) => ({ ...line, text: line.text.replaceAll(together, ' ') }));
}
