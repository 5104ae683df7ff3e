import { type KeyPress, oneLine } from '../key-press.ts';
import { answered, type Reaction, type Setup, type Ui } from '../ui.ts';

/** Keys while the set-up asks: a field takes text; the last question takes y or n. */
export function pressInSetup(ui: Ui, setup: Setup, key: KeyPress): Reaction {
  const field = setup.fields[setup.at];
  const moved = (at: number): Reaction => ({ ui: { ...ui, setup: { ...setup, at: Math.max(0, at) } } });
  if (field === undefined) return pressAtKeep(ui, setup, key, moved);
  const value = setup.values[field.name] ?? '';
  const typed = (text: string): Reaction => ({
    ui: { ...ui, setup: { ...setup, values: { ...setup.values, [field.name]: text } } },
  });
  switch (key.key) {
    case 'text':
      return typed(value + oneLine(key.text));
    case 'paste':
      // The line end that was copied along is not meant.
      return typed(value + oneLine(key.text.trim()));
    case 'backspace':
      return typed([...value].slice(0, -1).join(''));
    case 'enter':
    case 'tab':
    case 'down':
      return field.fault(value) === null ? moved(setup.at + 1) : { ui };
    case 'up':
    case 'escape':
      return moved(setup.at - 1);
    default:
      return { ui };
  }
}

function pressAtKeep(ui: Ui, setup: Setup, key: KeyPress, moved: (at: number) => Reaction): Reaction {
  if (key.key === 'escape' || key.key === 'up') return moved(setup.at - 1);
  const letter = key.key === 'text' ? key.text : '';
  if (letter !== 'y' && letter !== 'n') return { ui };
  return { ui: answered(ui), intent: { type: 'answers', values: setup.values, keep: letter === 'y' } };
}
