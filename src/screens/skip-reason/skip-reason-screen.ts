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
    const { question } = state.ui;
    const dependents = question?.type === 'failure' ? question.dependents : [];
    const named = state.rollout.steps.filter((step) => dependents.some((one) => one === step.id));
    return [
      heading(`Why skip ${id} ${title}${dependentsText(named.length)}?`),
      ...(named.length === 0
        ? []
        : [plain(`– ${named.map((step) => `${step.id} ${step.title}`).join(', ')}`, 2)]),
      plain('The journal keeps the reason. You can take the skip back at the end of the rollout.'),
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

function dependentsText(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', and the step that depends on it' : `, and the ${count} steps that depend on it`;
}
