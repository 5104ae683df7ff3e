import { answers, type Binding, hintsOf, movesBy, pressBound } from '../bindings.ts';
import { edited } from '../field.ts';
import type { KeyPress } from '../key-press.ts';
import type { Reaction, Screen } from '../screen.ts';
import { trimmedLine } from '../setup/setup-field.ts';
import { type Mode, opened, type Ui } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';

/** Lists the answers of the setup after a failure: the operator edits one or more, and retries. */
export const editAnswersScreen: Screen<'edit-answers'> = {
  isField: true,
  lines: answerLines,
  hints: (mode) => {
    if (mode.typed === null) return hintsOf(selecting(mode));
    const isValid = faultOf(mode) === null;
    return [...(isValid ? [['⏎', 'set'] as const] : []), ['Esc', 'cancel']];
  },
  press: (mode, key, { ui }) =>
    mode.typed === null ? pressBound(selecting(mode), key, ui) : typing(mode, mode.typed, key, ui),
};

function selecting(mode: Mode<'edit-answers'>): readonly Binding[] {
  const { fields, values, at, over } = mode;
  const field = fields[at];
  const isChanged = fields.some(({ name, initial }) => values[name] !== initial);
  const move = (ui: Ui, by: number): Ui => ({
    ...ui,
    mode: { ...mode, at: Math.min(Math.max(at + by, 0), fields.length - 1) },
  });
  return [
    {
      keys: ['enter'],
      hint: ['⏎', 'edit'],
      press: (ui) => ({ ui: { ...ui, mode: { ...mode, typed: values[field?.name ?? ''] ?? '' } } }),
    },
    ...(isChanged
      ? [
          answers('y', 'save and retry', { type: 'edit', values, keep: true }),
          answers('n', 'retry without saving', { type: 'edit', values, keep: false }),
        ]
      : []),
    movesBy('answer', move),
    {
      keys: ['escape', 'left', 'h'],
      hint: ['Esc', 'back'],
      press: (ui) => ({ ui: opened(ui, over) }),
    },
  ];
}

function typing(mode: Mode<'edit-answers'>, typed: string, key: KeyPress, ui: Ui): Reaction {
  const { fields, values, at } = mode;
  const shown = (next: Partial<Mode<'edit-answers'>>): Reaction => ({
    ui: { ...ui, mode: { ...mode, ...next } },
  });
  if (key.key === 'escape') return shown({ typed: null });
  if (key.key === 'enter') {
    if (faultOf(mode) !== null) return { ui };
    return shown({ typed: null, values: { ...values, [fields[at]?.name ?? '']: typed } });
  }
  const text = edited(typed, key, trimmedLine);
  return text === null ? { ui } : shown({ typed: text });
}

function faultOf({ fields, at, typed }: Mode<'edit-answers'>): string | null {
  return fields[at]?.fault(typed ?? '') ?? null;
}

function answerLines(mode: Mode<'edit-answers'>): readonly StyledLine[] {
  const { fields, values, at, typed } = mode;
  const fault = typed === null ? null : faultOf(mode);
  return [
    heading('Which answer do you want to edit?'),
    plain('The rollout starts over with the new answers. Steps that are done are not done twice.'),
    plain(''),
    ...fields.flatMap((field, index): StyledLine[] => {
      const isHere = index === at;
      const isTyped = isHere && typed !== null;
      const value = isTyped
        ? `${typed}▏`
        : (values[field.name] ?? '') || `(empty: ${field.empty ?? 'not set'})`;
      return [
        plain(`${isHere ? '▸' : ' '} ${field.label.padEnd(24)} ${value}`, 27),
        ...(isTyped ? [plain(`  ${field.why}`, 2)] : []),
        ...(isTyped && fault !== null ? [{ text: `  ✖ ${fault}`, tone: 'bad', hang: 4 } as const] : []),
      ];
    }),
  ];
}
