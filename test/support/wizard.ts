import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { byExtent } from '../run/sample.ts';
import { programFile } from './erp-deploy.ts';
import { keys, Terminal } from './terminal.ts';
import { emptyWorkspace } from './workspace.ts';

export interface HowToOpen {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags behind `run --engine embedded`. */
  readonly words?: readonly string[];
}

/** Two sizes, and no colours. */
export const allLooks = [
  { look: '80×24', columns: 80, rows: 24 },
  { look: '120×40', columns: 120, rows: 40 },
  { look: '80×24 and NO_COLOR', columns: 80, rows: 24, env: { NO_COLOR: '1' } },
] as const;

/** The looks of most journeys: all of them only in `npm run test:all`. */
export const looks = byExtent<readonly (typeof allLooks)[number][]>({
  usual: [allLooks[0]],
  all: allLooks,
});

/** Opens the wizard of the built program, on the embedded engine. */
export function openWizard(workspace: string, { words = [], ...how }: HowToOpen = {}): Terminal {
  const command = [process.execPath, programFile(), 'run', '--engine', 'embedded', ...words] as const;
  return Terminal.start([...command], { cwd: workspace, ...how });
}

/** A workspace whose wizard begins with the plan: its questions are answered in the configuration. */
export function configured(files: Readonly<Record<string, string>> = {}): string {
  const workspace = emptyWorkspace(files);
  configure(workspace);
  return workspace;
}

export function configure(workspace: string): void {
  writeFileSync(join(workspace, 'erp-deploy.config.yaml'), 'engine: embedded\n');
}

/** Text that stands on the screen in this very state, and in no other. */
export const seen = {
  plan: 'a all at once',
  yes: 'y do it',
  failure: 'r look again',
  resume: 'A roll-out is unfinished.',
  list: 'q stop safely',
  reason: 'The journal keeps the reason',
  help: 'any other key back',
  lessons: 'What was learned in this roll-out?',
} as const;

/** Waits for a question about this step, and for its keys. */
export async function askedAbout(wizard: Terminal, step: string, key: string = seen.yes): Promise<string> {
  const words = new RegExp(`${step.replace('.', '\\.')} [^\\n]*needs your answer[\\s\\S]*${key}`);
  return wizard.until(words);
}

/** A roll-out that changed something asks for lessons at its end: there are none. */
export async function withoutLessons(wizard: Terminal): Promise<void> {
  await wizard.until(seen.lessons);
  wizard.press(keys.enter);
}

/** Skips the step that is asked about. */
export async function skipBecause(wizard: Terminal, reason: string): Promise<void> {
  wizard.press('s');
  await wizard.until(seen.reason);
  wizard.press(reason);
  await wizard.until(`${reason}▏`);
  wizard.press(keys.enter);
}

/** Red, green, magenta and the ground's own; bold, dim, inverse, and the ends of each. */
const readable = /^(?:0?|1|2|7|22|27|31|32|35|39)$/;

/**
 * Nothing was drawn that a light or a dark ground, or a terminal of 16 colours, makes unreadable: yellow, cyan
 * and white vanish on white, blue on black, and bold makes a colour bright in many terminals. Without
 * colours, nothing at all.
 */
export function expectReadable(wizard: Terminal, { env }: HowToOpen = {}): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  const styles = [...wizard.raw().matchAll(/\x1b\[([\d;]*)m/g)].map(([, style = '']) => style);
  if (env?.NO_COLOR !== undefined) {
    expect(styles.filter((style) => !/^0?$/.test(style))).toEqual([]);
    return;
  }
  let [isBold, colour] = [false, '39'];
  for (const style of styles) {
    for (const code of style.split(';')) {
      expect(code).toMatch(readable);
      if (code === '1') isBold = true;
      if (/^(?:0?|22)$/.test(code)) isBold = false;
      if (/^3\d$/.test(code)) colour = code;
      if (/^0?$/.test(code)) colour = '39';
    }
    expect(isBold && colour !== '39', `bold and coloured ${colour}`).toBe(false);
  }
}

/** What the terminal shows when no frame of a program is drawn on it. */
export const untouched = {
  cursorShown: true,
  alternateScreen: false,
  bracketedPaste: false,
  mouse: 'none',
  applicationKeys: false,
  focusEvents: false,
} as const;

/** Scrolls an opened step down until a text is seen. */
export async function scrollTo(wizard: Terminal, text: string): Promise<void> {
  for (let shown = wizard.text(); !shown.includes(text); shown = wizard.text()) {
    const rest = /… (\d+) more lines/.exec(shown)?.[1];
    if (rest === undefined) throw new Error(`scrolled to the end without a sight of ${text}:\n${shown}`);
    wizard.press(keys.pageDown);
    await wizard.untilGone(`… ${rest} more lines`);
  }
}
