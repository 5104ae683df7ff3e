import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { byExtent } from '../../run/sample.ts';
import { programFile } from '../program/erp-deploy.ts';
import { emptyWorkspace } from '../workspace/workspace.ts';
import { keys, Terminal } from './terminal.ts';

export interface HowToOpen {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags after `run --engine embedded`. */
  readonly words?: readonly string[];
}

/** The looks of the wizard in Unicode; wizard-journeys.test.ts covers ASCII and line mode. */
export const allLooks = [
  { look: '80×24', columns: 80, rows: 24 },
  { look: '120×40', columns: 120, rows: 40 },
  { look: '60×18', columns: 60, rows: 18 },
  { look: '80×24 and NO_COLOR', columns: 80, rows: 24, env: { NO_COLOR: '1' } },
] as const;

/** The looks of most tests; all looks only in `npm run test:all`. */
export const looks = byExtent<readonly (typeof allLooks)[number][]>({
  usual: [allLooks[0]],
  all: allLooks,
});

/** Opens the wizard of the built program, on the embedded engine. */
export function openWizard(workspace: string, { words = [], ...how }: HowToOpen = {}): Terminal {
  const command = [process.execPath, programFile(), 'run', '--engine', 'embedded', ...words] as const;
  return Terminal.start([...command], { cwd: workspace, ...how });
}

/** Makes a workspace whose wizard starts with the plan, because its configuration contains the answers of the setup. */
export function configured(files: Readonly<Record<string, string>> = {}): string {
  const workspace = emptyWorkspace(files);
  configure(workspace);
  return workspace;
}

export function configure(workspace: string): void {
  writeFileSync(join(workspace, 'erp-deploy.config.yaml'), 'engine: embedded\n');
}

/** Texts that are on the screen only in one state. */
export const seen = {
  plan: '⏎ step by step',
  yes: 'y apply',
  failure: 'r retry',
  resume: 'An unfinished rollout',
  list: 'q quit safely',
  reason: 'The journal keeps the reason',
  help: 'any other key back',
  lessons: 'Lessons learned (optional)',
} as const;

/** Waits for a question about this opened step, and for its keys. */
export async function askedAbout(wizard: Terminal, step: string, key: string = seen.yes): Promise<string> {
  const words = new RegExp(
    `${step.replace('.', '\\.')} [^\\n]*waiting for (?:confirmation|your de)[\\s\\S]*${key}`,
  );
  return wizard.until(words);
}

/** Leaves the lessons empty. A rollout that changed something asks for them at its end. */
export async function withoutLessons(wizard: Terminal): Promise<void> {
  await wizard.until(seen.lessons);
  wizard.press(keys.enter);
}

/** Skips the step that the wizard asks about. */
export async function skipBecause(wizard: Terminal, reason: string): Promise<void> {
  wizard.press('s');
  await wizard.until(seen.reason);
  wizard.press(reason);
  await wizard.until(`${reason}▏`);
  wizard.press(keys.enter);
}

/** Red, green, magenta and the default; bold, dim, inverse, and their resets. */
const readable = /^(?:0?|1|2|7|22|27|31|32|35|39)$/;

/**
 * Expects nothing that is unreadable on a light or a dark background, or with 16 colours: yellow, cyan and white
 * vanish on white, blue on black, and bold makes a colour bright in many terminals. Without colours, expects no
 * style at all.
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

/** Modes of the terminal when no program draws on it. */
export const untouched = {
  cursorShown: true,
  alternateScreen: false,
  bracketedPaste: false,
  mouse: 'none',
  applicationKeys: false,
  focusEvents: false,
} as const;

const unspaced = (text: string) => text.replaceAll(/\s+/g, '');

/** Expects a text on the screen, with any line breaks. */
export function expectShown(shown: string, text: string): void {
  expect(unspaced(shown), shown).toContain(unspaced(text));
}

/** Scrolls an opened step down until a text is visible, with any line breaks. */
export async function scrollTo(wizard: Terminal, text: string): Promise<void> {
  for (let shown = wizard.text(); !unspaced(shown).includes(unspaced(text)); shown = wizard.text()) {
    const rest = /… (\d+) more lines/.exec(shown)?.[1];
    if (rest === undefined) throw new Error(`scrolled to the end without finding ${text}:\n${shown}`);
    wizard.press(keys.pageDown);
    await wizard.untilGone(`… ${rest} more lines`);
  }
}
