import { createInterface, type Interface } from 'node:readline';
import type { RolloutEvent } from '../../domain/events.ts';
import type { ContainerLogs, Intent, Question } from '../../domain/front-end.ts';
import type { Input } from '../../domain/ports/own-process.ts';
import { initialState, type RolloutState, reduce } from '../../domain/reducer.ts';
import type { KeyPress } from '../key-press.ts';
import type { Opens } from '../screen.ts';
import { press } from '../screens.ts';
import { answered, asked, initialUi, opened, type Ui, type WizardState } from '../state.ts';
import { planSummary } from '../step-list/plan-summary.ts';
import type { Wizard } from '../wizard.tsx';
import { fieldText, isField, keyLine, screenLines } from './plain-screen.ts';
import { keyOfLine, keysOfFieldLine } from './typed-line.ts';
import { WaitingLines } from './waiting-lines.ts';

/** The parts of the program that the plain view uses. */
export interface PlainHost {
  readonly stdin: Input;
  print(text: string): void;
  /** Prints an event as it is printed without a terminal. */
  show(event: RolloutEvent): void;
  /** Asks for a passphrase, which must not be echoed. */
  askPassphrase(question: Extract<Question, { type: 'passphrase' }>, signal: AbortSignal): Promise<Intent>;
  interrupt(): void;
  /** Prints the log. */
  showLog(path: string): Promise<void>;
  /** Opens a file in the operator's editor, or in the pager. */
  openFile(path: string): Promise<void>;
  /** Opens a URL in a browser. Returns whether there is one. */
  openUrl(url: string): Promise<boolean>;
}

/** A size at which no screen is scrolled and no line is wrapped: the terminal or the screen reader does both. */
const size = { columns: 10_000, rows: 100_000 } as const;

/**
 * The wizard as lines of text, without redrawing: for a screen reader, a terminal that cannot move its cursor, or
 * `--plain`. It has the same screens and the same keys; each key is typed as a line.
 */
export class PlainWizard implements Wizard {
  readonly #host: PlainHost;
  #lines: Interface | null = null;
  #rollout: RolloutState = initialState;
  #ui: Ui = initialUi;
  #answer: ((intent: Intent) => void) | null = null;
  #resumed: (() => void) | null = null;
  readonly #waiting: WaitingLines;
  /** Keeps the process alive between the end of the input and its signal. */
  readonly #alive = setInterval(() => undefined, 60_000);

  constructor(host: PlainHost) {
    this.#host = host;
    this.#waiting = new WaitingLines((text) => this.#print([text]));
    this.#listen();
  }

  rollout(): RolloutState {
    return this.#rollout;
  }

  show(event: RolloutEvent): void {
    this.#rollout = reduce(this.#rollout, event);
    if (!this.#isSaidElsewhere(event)) this.#host.show(event);
    this.#waiting.after(event, this.#rollout);
  }

  /** The summary reports the end, and a question about a step shows the changes of that step. */
  #isSaidElsewhere({ type }: RolloutEvent): boolean {
    return type === 'rollout.finished' || (type === 'step.planned' && this.#rollout.isPlanned);
  }

  async ask(question: Question, signal: AbortSignal): Promise<Intent> {
    signal.throwIfAborted();
    this.#waiting.stop();
    if (question.type === 'passphrase')
      return this.#withoutEcho(() => this.#host.askPassphrase(question, signal));
    this.#ui = asked(this.#ui, question);
    const { promise, resolve, reject } = Promise.withResolvers<Intent>();
    const stopped = () => {
      this.#answer = null;
      this.#ui = answered(this.#ui);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stopped, { once: true });
    this.#answer = (intent) => {
      this.#answer = null;
      signal.removeEventListener('abort', stopped);
      resolve(intent);
    };
    this.#printScreen();
    return promise;
  }

  async beforeStep(signal: AbortSignal): Promise<void> {
    if (!this.#ui.paused) return;
    signal.throwIfAborted();
    this.#waiting.stop();
    this.#print(['Paused.', keyLine(this.#state)]);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopped = () => reject(signal.reason);
    signal.addEventListener('abort', stopped, { once: true });
    this.#resumed = resolve;
    await promise.finally(() => signal.removeEventListener('abort', stopped));
  }

  offerLogs(containerLogs: ContainerLogs): void {
    this.#ui = { ...this.#ui, containerLogs };
  }

  async close(): Promise<void> {
    this.#waiting.stop();
    clearInterval(this.#alive);
    this.#stopListening();
  }

  get #state(): WizardState {
    return {
      rollout: this.#rollout,
      ui: this.#ui,
      size,
      now: Date.now(),
      isAscii: false,
      // The plain view shows no clock.
      waits: [],
    };
  }

  #listen(): void {
    const lines = createInterface({ input: this.#host.stdin, terminal: false });
    lines.on('line', (line) => this.#typed(line));
    // The end of the input (Ctrl-D) stops the rollout safely, as Ctrl-C does.
    lines.on('close', () => this.#lines === lines && this.#host.interrupt());
    this.#lines = lines;
  }

  #stopListening(): void {
    const lines = this.#lines;
    this.#lines = null;
    lines?.close();
  }

  async #withoutEcho(act: () => Promise<Intent>): Promise<Intent> {
    this.#stopListening();
    return act().finally(() => this.#listen());
  }

  #typed(line: string): void {
    const before = this.#ui;
    this.#afterKeys(before, this.#typedKeys(line));
  }

  /** Returns whether the line has a meaning on this screen. */
  #typedKeys(line: string): boolean {
    const state = this.#state;
    if (isField(state)) {
      keysOfFieldLine(line, fieldText(state).length).some((key) => this.#press(key));
      return true;
    }
    if (line.trim() === '?') {
      this.#printScreen();
      return true;
    }
    const step = this.#rollout.steps.find(({ id }) => id === line.trim());
    if (step !== undefined) {
      this.#ui = opened({ ...this.#ui, chosen: step.id }, { type: 'step' });
      return true;
    }
    const key = keyOfLine(line);
    if (key !== null) this.#press(key);
    return key !== null;
  }

  /** Returns whether the key answered the question or requested an action of the program. */
  #press(key: KeyPress): boolean {
    const { ui, intent, effect, copy, opens } = press(this.#state, key);
    const wasPaused = this.#ui.paused;
    this.#ui = { ...ui, notice: null, isFiltering: false };
    if (copy !== undefined) this.#print([copy]);
    if (wasPaused !== ui.paused) this.#print([ui.paused ? 'Pausing after this step.' : 'Resuming.']);
    if (wasPaused && !ui.paused) this.#resumed?.();
    if (effect === 'interrupt') this.#host.interrupt();
    const { log } = this.#rollout;
    if (effect === 'log' && log !== null) void this.#host.showLog(log);
    if (opens !== undefined) void this.#open(opens);
    if (intent !== undefined) this.#answer?.(intent);
    return intent !== undefined || effect !== undefined || opens !== undefined;
  }

  async #open(what: Opens): Promise<void> {
    if (what.type === 'container-log') {
      const log = await this.#ui.containerLogs?.read(what.step);
      if (log !== undefined) this.#host.print(log);
    } else if (what.type === 'url') {
      if (!(await this.#host.openUrl(what.url))) this.#print([what.url]);
    } else {
      this.#stopListening();
      await this.#host.openFile(what.path).finally(() => this.#listen());
    }
  }

  #afterKeys(before: Ui, isKey: boolean): void {
    const isAsking = this.#answer !== null;
    if (this.#ui === before && (!isKey || isAsking)) this.#print([`Unchanged. ${keyLine(this.#state)}`]);
    else if (this.#ui.mode !== before.mode && (isAsking || this.#ui.mode.type !== 'step-list'))
      this.#printScreen();
  }

  #printScreen(): void {
    const { question } = this.#ui;
    const isPlan = question?.type === 'confirm-plan' && this.#ui.mode.type === 'step-list';
    const plan = isPlan ? planSummary(this.#rollout).map(({ text }) => text) : [];
    this.#print(['', ...screenLines(this.#state), ...plan, keyLine(this.#state)]);
  }

  #print(lines: readonly string[]): void {
    this.#host.print(`${lines.join('\n')}\n`);
  }
}
