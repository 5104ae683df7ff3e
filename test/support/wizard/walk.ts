import { keys, type Terminal } from './terminal.ts';

/** Keys with names; in line mode, the name is typed. */
const named = {
  enter: { key: keys.enter, line: '' },
  escape: { key: keys.escape, line: 'esc' },
  down: { key: keys.down, line: 'down' },
} as const;

/**
 * Walks through the wizard, on a screen or in line mode, by texts that are the same in every look: they contain no
 * symbols, and a colon may follow a key.
 */
export class Walk {
  readonly wizard: Terminal;
  readonly #isLines: boolean;
  /** Length of the output before the last key. */
  #before = 0;

  /** @param isLines whether the wizard is in line mode, in which keys are typed as lines */
  constructor(wizard: Terminal, isLines: boolean) {
    this.wizard = wizard;
    this.#isLines = isLines;
  }

  /** Waits for a text: visible on a screen, or printed since the last key. */
  async sees(text: RegExp): Promise<void> {
    if (this.#isLines) await this.wizard.untilPrinted(text, this.#before);
    else await this.wizard.until(text);
  }

  /** Presses a key after a text appeared. */
  async press(key: string, once: RegExp): Promise<void> {
    await this.sees(once);
    this.#before = this.wizard.history().length;
    const word = isNamed(key) ? named[key] : { key, line: key };
    this.wizard.press(this.#isLines ? `${word.line}\r` : word.key);
  }

  /** After a text appeared, types into a field and confirms. @param instead the text to replace in the field */
  async write(text: string, once: RegExp, instead = ''): Promise<void> {
    await this.sees(once);
    this.#before = this.wizard.history().length;
    if (this.#isLines) {
      this.wizard.press(`${text}\r`);
      return;
    }
    this.wizard.press(keys.backspace.repeat(instead.length) + text);
    await this.wizard.until(new RegExp(`${text.replaceAll('.', '\\.')}[▏_]`));
    this.wizard.press(keys.enter);
  }
}

function isNamed(key: string): key is keyof typeof named {
  return key in named;
}

/** Texts that are the same in every look. */
export const said = {
  plan: /(?:⏎|Enter):? step by step/,
  declined: /You declined this change[\s\S]*r:? ask again/,
  lessons: /Lessons learned \(optional\)[\s\S]*Enter saves/,
  resume: /An unfinished rollout[\s\S]*(?:⏎|Enter):? resume/,
} as const;

/** Matches the question about this step, with its key. */
export function askedAt(step: string, key = 'y:? apply'): RegExp {
  return new RegExp(
    `${step.replace('.', '\\.')} [^\\n]*waiting for (?:confirmation|your decision)[\\s\\S]*${key}`,
  );
}
