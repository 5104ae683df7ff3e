import type { Secret } from '../domain/secret.ts';
import { pageOf } from './page.ts';
import { canPause, canShowDrift } from './press.ts';
import { answerable, currentStep, type Setup, type Ui, type WizardState } from './ui.ts';

/** One key and what it does now. */
export type KeyHint = readonly [key: string, does: string];

/** The line of keys at the bottom: what is true in this very state, most needed first. */
export function keyHints(state: WizardState): readonly KeyHint[] {
  const { ui } = state;
  if (ui.setup !== null) return setupHints(ui.setup);
  if (ui.words !== null) return wordsHints(ui.words);
  if (ui.passphrase !== null) return passphraseHints(ui.passphrase);
  if (ui.reason !== null) return reasonHints(ui.reason);
  if (ui.help) return [...scrollHint(state), ['any other key', 'back']];
  if (ui.stopping) return [['Ctrl-C', 'stop at once'], ...moveHints(state), ...alwaysHints(state)];
  const own = questionHints(state);
  const pause: readonly KeyHint[] = canPause(state)
    ? [['p', ui.paused ? 'go on' : 'pause after this step']]
    : [];
  if (own !== null) return [...own, ...moveHints(state), ...alwaysHints(state)];
  const stop: readonly KeyHint[] = [['q', 'stop safely']];
  return [
    ...moveHints(state),
    ...(ui.question === null ? pause : []),
    ...alwaysHints(state),
    ...(state.rollout.finished === null ? stop : []),
  ];
}

function setupHints({ fields, values, at }: Setup): readonly KeyHint[] {
  const field = fields[at];
  const back: readonly KeyHint[] = at > 0 ? [['Esc', 'back']] : [];
  if (field === undefined) return [['y', 'keep them'], ['n', 'use them once'], ...back, ['Ctrl-C', 'leave']];
  const next: readonly KeyHint[] = field.fault(values[field.name] ?? '') === null ? [['⏎', 'next']] : [];
  return [...next, ...back, ['Ctrl-C', 'leave']];
}

function reasonHints(reason: string): readonly KeyHint[] {
  const skip: readonly KeyHint[] = reason.trim() === '' ? [] : [['⏎', 'skip it']];
  return [...skip, ['Esc', 'do not']];
}

function wordsHints(words: string): readonly KeyHint[] {
  const take = words.trim() === '' ? 'nothing to tell' : 'take it';
  return [
    ['⏎', take],
    ['Ctrl-C', 'stop'],
  ];
}

function passphraseHints(typed: Secret): readonly KeyHint[] {
  const open: readonly KeyHint[] = typed.reveal() === '' ? [] : [['⏎', 'open the key']];
  return [...open, ['Esc', 'without this key'], ['Ctrl-C', 'leave']];
}

function scrollHint(state: WizardState): readonly KeyHint[] {
  return (pageOf(state)?.most ?? 0) > 0 ? [['↑↓', 'scroll']] : [];
}

function moveHints(state: WizardState): readonly KeyHint[] {
  const { ui, rollout } = state;
  if (pageOf(state) !== null) {
    const back: readonly KeyHint[] = ui.view === 'step' || ui.drift ? [['Esc', 'back']] : [];
    return [...scrollHint(state), ...back];
  }
  if (currentStep(state) === null) return [];
  const choose: readonly KeyHint[] = rollout.steps.length > 1 ? [['↑↓', 'step']] : [];
  const enterAnswers = answerable(state)?.type === 'confirm-plan';
  const runs = rollout.steps.some((step) => step.state === 'running');
  const leads = isElsewhere(ui) ? 'to the question' : runs ? 'follow' : 'back';
  const leave: readonly KeyHint[] = ui.chosen === null ? [] : [['Esc', leads]];
  return [...choose, [enterAnswers ? '→' : '⏎', 'open'], ...leave];
}

/** Whether a question about a step waits while another step is looked at. */
function isElsewhere({ chosen, question }: Ui): boolean {
  return chosen !== null && question !== null && 'step' in question && question.step !== chosen;
}

function alwaysHints({ rollout }: WizardState): readonly KeyHint[] {
  return rollout.log === null
    ? [['?', 'keys']]
    : [
        ['l', 'log'],
        ['?', 'keys'],
      ];
}

/** The answers to the question, where keys give them now. */
function questionHints(state: WizardState): readonly KeyHint[] | null {
  const question = answerable(state);
  switch (question?.type) {
    case 'resume':
      return [
        ['⏎', 'go on'],
        ...(canShowDrift(state) ? [['d', 'what drifted'] as const] : []),
        ['n', 'start anew (keeps the old journal)'],
        ['q', 'leave it'],
      ];
    case 'confirm-plan':
      return [
        ['⏎', 'step by step'],
        ['a', 'all at once'],
        ['q', 'leave'],
      ];
    case 'confirm-more':
      return [
        ['y', 'do it'],
        ['Y', 'the phase'],
        ['a', 'all'],
        ['s', 'skip'],
        ['q', 'stop'],
      ];
    case 'consent':
      return [
        ['y', 'do it'],
        ['n', 'do not'],
        ['s', 'skip the step'],
        ['q', 'stop'],
      ];
    case 'host-key':
      return [
        ['y', 'it is: trust it'],
        ['n', 'do not'],
        ['q', 'stop'],
      ];
    case 'repeat':
      return [
        ['y', 'do it again'],
        ['n', 'do not'],
        ['q', 'stop'],
      ];
    case 'failure':
      return [
        ['r', 'look again'],
        ...(question.editable ? [['e', 'edit an answer'] as const] : []),
        ['s', 'skip'],
        ['q', 'stop'],
      ];
    default:
      return null;
  }
}
