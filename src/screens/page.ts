import { helpLines } from './help/help-lines.ts';
import { hostKeyLines } from './host-key/host-key-lines.ts';
import { heading, type StyledLine } from './lines.ts';
import { passphraseLines } from './passphrase/passphrase-lines.ts';
import { driftLines } from './resume/drift-lines.ts';
import { resumeLines } from './resume/resume-lines.ts';
import { setupLines } from './setup/setup-lines.ts';
import { reasonLines } from './step/reason-lines.ts';
import { stepLines } from './step/step-lines.ts';
import { signOf } from './theme.ts';
import { driftedSteps, stepOf, type WizardState } from './ui.ts';
import { wordsLines } from './words/words-lines.ts';
import { wrapLines } from './wrap.ts';

/** Lines that the frame itself takes: heading, two rules, keys. */
export const frameLines = 4;

/** A text that fills the screen, and is scrolled where it is longer. */
export interface Page {
  /** Stays where it is while the lines below it are scrolled. */
  readonly title: StyledLine | null;
  readonly lines: readonly StyledLine[];
  /** Lines that fit below the title. */
  readonly height: number;
  /** Lines that can be scrolled. */
  readonly most: number;
  /** Whether the end is shown: a line is typed there. */
  readonly atEnd: boolean;
}

/** The text that is shown now; null where it is the roll-out with its list of steps. */
export function pageOf(state: WizardState): Page | null {
  const { ui, rollout } = state;
  const step = stepOf(state);
  if (ui.setup !== null) return pageWith(state, null, setupLines(ui.setup), true);
  if (ui.question?.type === 'words' && ui.words !== null) {
    return pageWith(state, null, wordsLines(ui.question.asked, ui.words), true);
  }
  if (ui.question?.type === 'passphrase' && ui.passphrase !== null) {
    return pageWith(state, null, passphraseLines(ui.question, ui.passphrase), true);
  }
  if (ui.reason !== null && step !== null) return pageWith(state, null, reasonLines(step, ui.reason), true);
  if (ui.help) return pageWith(state, null, helpLines());
  if (ui.question?.type === 'host-key') return pageWith(state, null, hostKeyLines(ui.question));
  if (ui.question?.type === 'resume' && ui.view === 'rollout') {
    const lines = ui.drift ? driftLines(driftedSteps(state)) : resumeLines(ui.question, rollout.steps);
    return pageWith(state, null, lines);
  }
  if (ui.view !== 'step' || step === null) return null;
  const { sign, word } = signOf(step);
  const waits = ui.question !== null && 'step' in ui.question && ui.question.step === step.id;
  const asking = word === 'running' ? 'needs your answer' : `${word}, needs your answer`;
  const title = `${sign} ${step.id} ${step.title}  ${waits ? asking : word}`;
  return pageWith(state, heading(title), stepLines(step, ui.question));
}

function pageWith(
  { size }: WizardState,
  title: StyledLine | null,
  text: readonly StyledLine[],
  atEnd = false,
): Page {
  const lines = wrapLines(text, size.columns - 2);
  const height = Math.max(1, size.rows - frameLines - (title === null ? 0 : 1));
  return { title, lines, height, most: Math.max(0, lines.length - height), atEnd };
}
