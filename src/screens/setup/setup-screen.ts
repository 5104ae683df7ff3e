import { edited, oneLine } from '../field.ts';
import type { KeyPress } from '../key-press.ts';
import type { KeyHint, Reaction, Screen } from '../screen.ts';
import { answered, type Mode, type Setup, type Ui } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';

/** Asks for the settings one after another, and at the end whether to save them. */
export const setupScreen: Screen<'setup'> = {
  isField: true,
  lines: setupLines,
  hints: ({ fields, values, at }) => {
    const field = fields[at];
    const back: readonly KeyHint[] = at > 0 ? [['Esc', 'back']] : [];
    if (field === undefined) return [['y', 'save'], ['n', 'use only now'], ...back, ['Ctrl-C', 'quit']];
    const next: readonly KeyHint[] = field.fault(values[field.name] ?? '') === null ? [['⏎', 'next']] : [];
    return [...next, ...back, ['Ctrl-C', 'quit']];
  },
  press: (mode, key, { ui }) => {
    const { fields, values, at } = mode;
    const field = fields[at];
    if (key.key === 'escape' || key.key === 'up') return movedTo(at - 1, ui, mode);
    if (field === undefined) return pressAtEnd(ui, mode, key);
    const value = values[field.name] ?? '';
    if (key.key === 'enter' || key.key === 'tab' || key.key === 'down') {
      return field.fault(value) === null ? movedTo(at + 1, ui, mode) : { ui };
    }
    const text = edited(value, key, trimmedLine);
    if (text === null) return { ui };
    return { ui: { ...ui, mode: { ...mode, values: { ...values, [field.name]: text } } } };
  },
};

function setupLines({ fields, values, at }: Setup): readonly StyledLine[] {
  const asked = fields.slice(0, at + 1).flatMap((field, index): StyledLine[] => {
    const value = values[field.name] ?? '';
    const here = index === at;
    const fault = here ? field.fault(value) : null;
    return [
      heading(field.label),
      ...(here ? [plain(`  ${field.why}`)] : []),
      plain(`  › ${value}${here ? '▏' : ''}`, 4),
      ...(value === '' && field.empty !== undefined ? [plain(`  – ${field.empty}`, 4)] : []),
      ...(fault === null ? [] : [{ text: `  ✖ ${fault}`, tone: 'bad', hang: 4 } satisfies StyledLine]),
      plain(''),
    ];
  });
  const save = [
    heading('Save these answers in erp-deploy.config.yaml?'),
    plain('  Saved answers are not asked for again. You can edit the file at any time.'),
  ];
  return [
    heading(`Question ${Math.min(at + 1, fields.length + 1)} of ${fields.length + 1}`),
    plain(''),
    ...asked,
    ...(at < fields.length ? [] : save),
  ];
}

function movedTo(at: number, ui: Ui, mode: Mode<'setup'>): Reaction {
  return { ui: { ...ui, mode: { ...mode, at: Math.max(0, at) } } };
}

function pressAtEnd(ui: Ui, { values }: Mode<'setup'>, key: KeyPress): Reaction {
  const letter = key.key === 'text' ? key.text : '';
  if (letter !== 'y' && letter !== 'n') return { ui };
  return { ui: answered(ui), intent: { type: 'answers', values, keep: letter === 'y' } };
}

/** Blanks and line ends around a paste were copied by accident. */
function trimmedLine(added: string, isPasted: boolean): string {
  return oneLine(isPasted ? added.trim() : added);
}
