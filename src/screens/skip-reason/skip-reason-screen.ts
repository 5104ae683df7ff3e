import { edited, oneLine } from '../field.ts';
import type { Screen } from '../screen.ts';
import { stepOf } from '../selected-step.ts';
import { answered, opened } from '../state.ts';
import { heading, plain } from '../styled-line.ts';

/** Asks why a step is skipped. The journal keeps the reason, so it cannot be empty. */
export const skipReasonScreen: Screen<'skip-reason'> = {
  isField: true,
  lines: ({ text }, state) => {
    const { id = '', title = '' } = stepOf(state) ?? {};
    return [
      heading(`Why skip ${id} ${title}?`),
      plain('The journal keeps the reason. Later steps that need this one will say so.'),
      plain(''),
      plain(`  › ${text}▏`),
    ];
  },
  hints: ({ text }) => [...(text.trim() === '' ? [] : [['⏎', 'skip step'] as const]), ['Esc', 'cancel']],
  press: (mode, key, { ui }) => {
    const reason = mode.text.trim();
    if (key.key === 'escape') return { ui: opened(ui, mode.over) };
    if (key.key === 'enter') {
      return reason === '' ? { ui } : { ui: answered(ui), intent: { type: 'skip', reason } };
    }
    const text = edited(mode.text, key, oneLine);
    return text === null ? { ui } : { ui: { ...ui, mode: { ...mode, text } } };
  },
};
