import { edited } from '../field.ts';
import type { KeyPress } from '../key-press.ts';
import type { KeyHint, Reaction, Screen } from '../screen.ts';
import { answered, type Mode, type Setup, type Ui } from '../state.ts';
import { heading, plain, type StyledLine } from '../styled-line.ts';
import { applies, choicesOf, nextField, trimmedLine } from './setup-field.ts';

/** Asks for the settings that apply, one after another, and at the end whether to save them. */
export const setupScreen: Screen<'setup'> = {
  isField: true,
  lines: setupLines,
  hints: (mode) => {
    const { fields, values, at } = mode;
    const field = fields[at];
    const back: readonly KeyHint[] = at > 0 ? [['Esc', 'back']] : [];
    if (field === undefined) return [['y', 'save'], ['n', 'use only now'], ...back, ['Ctrl-C', 'quit']];
    const value = values[field.name] ?? '';
    const next: readonly KeyHint[] = field.fault(value) === null ? [['⏎', 'next']] : [];
    const [choice] = choicesOf(field, value);
    const take: readonly KeyHint[] = choice === undefined ? [] : [['→', choice]];
    return [...next, ...take, ...back, ['Ctrl-C', 'quit']];
  },
  press: (mode, key, { ui }) => {
    const { fields, values, at } = mode;
    const field = fields[at];
    if (key.key === 'escape' || key.key === 'up') return movedTo(nextField(mode, -1), ui, mode);
    if (field === undefined) return pressAtEnd(ui, mode, key);
    const value = values[field.name] ?? '';
    if (key.key === 'enter' || key.key === 'tab' || key.key === 'down') {
      return field.fault(value) === null ? movedTo(nextField(mode, 1), ui, mode) : { ui };
    }
    const text = key.key === 'right' ? choicesOf(field, value)[0] : edited(value, key, trimmedLine);
    if (text === undefined || text === null) return { ui };
    return { ui: { ...ui, mode: { ...mode, values: { ...values, [field.name]: text } } } };
  },
};

function setupLines(mode: Setup): readonly StyledLine[] {
  const { intro, fields, values, at } = mode;
  const asked = fields.filter((field) => applies(field, values));
  const shown = fields.slice(0, at + 1).filter((field) => applies(field, values));
  const number = at < fields.length ? shown.length : asked.length + 1;
  return [
    ...intro.map((text) => plain(text)),
    ...(intro.length === 0 ? [] : [plain('')]),
    heading(`Question ${number} of ${asked.length + 1}`),
    plain(''),
    ...shown.flatMap((field) => fieldLines(mode, field, field === fields[at])),
    ...(at < fields.length
      ? []
      : [
          heading('Save these answers in erp-deploy.config.yaml?'),
          plain('  y: save them. They are not asked for again. You can edit the file any time.', 2),
          plain('  n: use them for this rollout only.', 2),
        ]),
  ];
}

/** Returns a question with its answer. */
function fieldLines(
  { values, probes }: Setup,
  field: Setup['fields'][number],
  isHere: boolean,
): readonly StyledLine[] {
  const value = values[field.name] ?? '';
  const fault = isHere ? field.fault(value) : null;
  const choices = isHere ? choicesOf(field, value) : [];
  const probe = probes[field.name];
  return [
    heading(field.label),
    ...(isHere ? [plain(`  ${field.why}`)] : []),
    plain(`  › ${isHere ? `${value}▏` : value || '(empty)'}`, 4),
    ...(choices.length === 0 ? [] : [plain(`  in ~/.ssh/config: ${choices.join(', ')}`, 4)]),
    ...(value === '' && field.empty !== undefined ? [plain(`  – ${field.empty}`, 4)] : []),
    ...(fault === null ? [] : [{ text: `  ✖ ${fault}`, tone: 'bad', hang: 4 } satisfies StyledLine]),
    ...(probe === undefined || probe.value !== value ? [] : [probeLine(probe.result)]),
    plain(''),
  ];
}

function probeLine(result: Setup['probes'][string]['result']): StyledLine {
  if (result === null) return plain('  ● testing the connection …', 4);
  return { text: `  ${result.ok ? '✔' : '✖'} ${result.text}`, tone: result.ok ? 'plain' : 'bad', hang: 4 };
}

function movedTo(at: number, ui: Ui, mode: Mode<'setup'>): Reaction {
  return { ui: { ...ui, mode: { ...mode, at } } };
}

function pressAtEnd(ui: Ui, { fields, values }: Mode<'setup'>, key: KeyPress): Reaction {
  const letter = key.key === 'text' ? key.text : '';
  if (letter !== 'y' && letter !== 'n') return { ui };
  const given = fields
    .filter((field) => applies(field, values))
    .map(({ name }) => [name, values[name] ?? '']);
  return {
    ui: answered(ui),
    intent: { type: 'answers', values: Object.fromEntries(given), keep: letter === 'y' },
  };
}
