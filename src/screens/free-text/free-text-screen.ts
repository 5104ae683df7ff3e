import { edited, manyLines } from '../field.ts';
import type { Screen } from '../screen.ts';
import { answered } from '../state.ts';
import { heading, plain } from '../styled-line.ts';

/** Asks for the user's own text, such as the lessons of 5.3. A paste may have several lines; Enter saves all. */
export const freeTextScreen: Screen<'free-text'> = {
  isField: true,
  lines: ({ question: { asked }, text }) => [
    heading(asked.label),
    plain(asked.why),
    plain('Enter saves; leave empty to skip.'),
    plain(''),
    ...`${text}▏`.split('\n').map((line, index) => plain(`  ${index === 0 ? '›' : ' '} ${line}`, 4)),
  ],
  hints: ({ text }) => [
    ['⏎', text.trim() === '' ? 'skip' : 'save'],
    ['Ctrl-C', 'quit'],
  ],
  press: (mode, key, { ui }) => {
    if (key.key === 'enter') {
      return { ui: answered(ui), intent: { type: 'words', text: mode.text.trim() } };
    }
    const text = edited(mode.text, key, manyLines);
    return text === null ? { ui } : { ui: { ...ui, mode: { ...mode, text } } };
  },
};
