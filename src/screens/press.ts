import type { Intent, Question } from '../domain/front-end.ts';
import { type KeyPress, oneLine } from './key-press.ts';
import { pageOf } from './page.ts';
import { pressInPassphrase } from './passphrase/press.ts';
import { pressInSetup } from './setup/press.ts';
import {
  answerable,
  answered,
  currentStep,
  driftedSteps,
  isTooSmall,
  type Reaction,
  type Ui,
  type WizardState,
} from './ui.ts';
import { pressInWords } from './words/press.ts';

/** Lines that a page key moves by. */
const page = 10;

/** What a key does, whatever is on the screen. A function of state and key alone. */
export function press(state: WizardState, key: KeyPress): Reaction {
  const { ui } = state;
  if (key.key === 'ctrl-c') return { ui: { ...ui, stopping: true }, effect: 'interrupt' };
  if (key.key === 'ctrl-z') return { ui, effect: 'suspend' };
  // Nobody answers what they cannot see.
  if (isTooSmall(state.size)) return { ui };
  if (ui.setup !== null) return pressInSetup(ui, ui.setup, key);
  if (ui.words !== null) return pressInWords(ui, ui.words, key);
  if (ui.passphrase !== null) return pressInPassphrase(ui, ui.passphrase, key);
  if (ui.reason !== null) return pressInReason(ui, ui.reason, key);
  // A paste is text for a field, and no sequence of keys.
  if (key.key === 'paste') return { ui };
  const letter = key.key === 'text' ? key.text : '';
  if (ui.help) return pressInHelp(state, key.key, letter);
  const question = answerable(state);
  const answer = question === null ? null : answerTo(question, key.key, letter);
  if (answer !== null) return { ui: answered(ui), intent: answer };
  if (letter === 'd' && canShowDrift(state)) return { ui: { ...ui, drift: true, scroll: 0 } };
  if (letter === 's' && canSkip(question)) return { ui: { ...ui, reason: '' } };
  return pressAnywhere(state, key.key, letter);
}

function pressAnywhere(state: WizardState, key: KeyPress['key'], letter: string): Reaction {
  const { ui, rollout } = state;
  if (letter === '?') return { ui: { ...ui, help: true, scroll: 0 } };
  if (letter === 'l') return rollout.log === null ? { ui } : { ui, effect: 'log' };
  if (letter === 'p') return canPause(state) ? { ui: { ...ui, paused: !ui.paused } } : { ui };
  // Only Ctrl-C asks a second time: it says so, and a q that was pressed twice does not.
  if (letter === 'q') return ui.stopping ? { ui } : { ui: { ...ui, stopping: true }, effect: 'interrupt' };
  const back = key === 'escape' || key === 'left' || letter === 'h';
  if (pageOf(state) === null) return pressInList(state, key, letter, back);
  if (back && ui.drift) return { ui: { ...ui, drift: false, scroll: 0 } };
  if (back && ui.view === 'step') return { ui: { ...ui, view: 'rollout', scroll: 0 } };
  return { ui: scrolled(state, linesOf(key, letter)) };
}

/** Keys while the list of steps is on the screen. */
function pressInList(state: WizardState, key: KeyPress['key'], letter: string, back: boolean): Reaction {
  const { ui } = state;
  const current = currentStep(state);
  if (current === null) return { ui };
  if (key === 'enter' || key === 'right') return { ui: { ...ui, view: 'step', chosen: current, scroll: 0 } };
  if (back) return { ui: { ...ui, chosen: null } };
  const by = linesOf(key, letter);
  return by === 0 ? { ui } : { ui: { ...ui, chosen: neighbour(state, by) } };
}

/** Whether there is a step to pause before. */
export function canPause({ rollout, ui }: WizardState): boolean {
  return rollout.steps.length > 0 && rollout.finished === null && !ui.stopping;
}

/** Whether there is something to be told of what drifted. */
export function canShowDrift(state: WizardState): boolean {
  const { question, drift } = state.ui;
  return question?.type === 'resume' && !drift && driftedSteps(state).length > 0;
}

function pressInHelp(state: WizardState, key: KeyPress['key'], letter: string): Reaction {
  const { ui } = state;
  const by = linesOf(key, letter);
  if (by !== 0 && pageOf(state)?.most !== 0) return { ui: scrolled(state, by) };
  return { ui: { ...ui, help: false, scroll: 0 } };
}

/** Lines that a key moves down by; negative upwards. */
function linesOf(key: KeyPress['key'], letter: string): number {
  if (key === 'up' || letter === 'k') return -1;
  if (key === 'down' || letter === 'j') return 1;
  return key === 'pageUp' ? -page : key === 'pageDown' ? page : 0;
}

function scrolled(state: WizardState, by: number): Ui {
  const most = pageOf(state)?.most ?? 0;
  // A resize may have left it beyond the end.
  const from = Math.min(state.ui.scroll, most);
  return { ...state.ui, scroll: Math.min(Math.max(0, from + by), most) };
}

function neighbour(state: WizardState, by: number): string | null {
  const { steps } = state.rollout;
  const at = steps.findIndex(({ id }) => id === currentStep(state));
  return steps[Math.min(Math.max(at + by, 0), steps.length - 1)]?.id ?? null;
}

/** The answer that a key gives; null where it gives none. */
function answerTo(question: Question, key: KeyPress['key'], letter: string): Intent | null {
  switch (question.type) {
    case 'setup':
    case 'words':
    case 'passphrase':
      return null;
    case 'resume':
      if (key === 'enter') return { type: 'approve' };
      return letter === 'n' ? { type: 'anew' } : letter === 'q' ? { type: 'stop' } : null;
    case 'confirm-plan':
      if (key === 'enter') return { type: 'step-by-step' };
      return letter === 'a' ? { type: 'approve' } : letter === 'q' ? { type: 'decline' } : null;
    case 'confirm-more':
      if (letter === 'y') return { type: 'approve' };
      return letter === 'Y' ? { type: 'approve-phase' } : letter === 'a' ? { type: 'approve-all' } : null;
    case 'consent':
    case 'repeat':
    case 'host-key':
      return letter === 'y' ? { type: 'approve' } : letter === 'n' ? { type: 'decline' } : null;
    case 'failure':
      if (letter === 'r') return { type: 'retry' };
      if (letter === 'e' && question.editable) return { type: 'edit' };
      return letter === 'q' ? { type: 'stop' } : null;
  }
}

function canSkip(question: Question | null): boolean {
  return question !== null && ['confirm-more', 'consent', 'failure'].includes(question.type);
}

/** A reason is kept in the journal: an empty one is none. */
function pressInReason(ui: Ui, reason: string, key: KeyPress): Reaction {
  switch (key.key) {
    case 'text':
    case 'paste':
      return { ui: { ...ui, reason: reason + oneLine(key.text) } };
    case 'backspace':
      return { ui: { ...ui, reason: [...reason].slice(0, -1).join('') } };
    case 'escape':
      return { ui: { ...ui, reason: null } };
    case 'enter':
      if (reason.trim() === '') return { ui };
      return { ui: answered(ui), intent: { type: 'skip', reason: reason.trim() } };
    default:
      return { ui };
  }
}
