import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
} as const;

/** Waits for a question about this step, and for its keys. */
export async function askedAbout(wizard: Terminal, step: string, key: string = seen.yes): Promise<string> {
  const words = new RegExp(`${step.replace('.', '\\.')} [^\\n]*needs your answer[\\s\\S]*${key}`);
  return wizard.until(words);
}

/** Skips the step that is asked about. */
export async function skipBecause(wizard: Terminal, reason: string): Promise<void> {
  wizard.press('s');
  await wizard.until(seen.reason);
  wizard.press(reason);
  await wizard.until(`${reason}▏`);
  wizard.press(keys.enter);
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
