import type { RolloutEvent } from '../domain/events.ts';
import type { FrontEnd, Intent, Question } from '../domain/front-end.ts';
import { initialState, type RolloutState, reduce } from '../domain/reducer.ts';
import type { KeyPress } from './key-press.ts';
import { press } from './press.ts';
import { answered, asked, initialUi, type Reaction, type Size, type WizardState } from './ui.ts';

/** Milliseconds between two repaints while events pour in; a key repaints at once. */
const calm = 40;

/** What the program does when a key asks for it. */
export interface Effects {
  interrupt(): void;
  suspend(): void;
  log(): void;
}

/** Holds the wizard's state: events and keys go in, answers come out. Knows no React. */
export class WizardStore implements FrontEnd {
  #state: WizardState;
  /** What was painted last: what came since waits for the next painting, and is rendered once. */
  #painted: WizardState;
  #answer: ((intent: Intent) => void) | null = null;
  #goOn: (() => void) | null = null;
  #repaint: NodeJS.Timeout | null = null;
  #seconds: NodeJS.Timeout | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #effects: Effects;

  constructor(effects: Effects, size: Size) {
    this.#effects = effects;
    this.#state = { rollout: initialState, ui: initialUi, size, now: Date.now() };
    this.#painted = this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): WizardState => this.#painted;

  /** What was told so far, painted or not. */
  get rollout(): RolloutState {
    return this.#state.rollout;
  }

  tell(event: RolloutEvent): void {
    this.#state = { ...this.#state, rollout: reduce(this.#state.rollout, event) };
    if (event.type === 'step.started' || event.type === 'step.finished') this.#keepTime();
    // A burst of events is painted as often as an eye can follow, not once for each.
    this.#repaint ??= setTimeout(() => this.#paint(), calm);
  }

  /** While a step runs its seconds are shown, so the screen is painted once in each; else never for time alone. */
  #keepTime(): void {
    const running = this.#state.rollout.steps.some(({ state }) => state === 'running');
    if (running && this.#seconds === null) this.#seconds = setInterval(() => this.#paint(), 1000).unref();
    if (running || this.#seconds === null) return;
    clearInterval(this.#seconds);
    this.#seconds = null;
  }

  ask(question: Question, signal: AbortSignal): Promise<Intent> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Intent>();
    const stopped = () => {
      this.#answer = null;
      this.#change({ ...this.#state, ui: answered(this.#state.ui) });
      reject(signal.reason);
    };
    signal.addEventListener('abort', stopped, { once: true });
    this.#answer = (intent) => {
      this.#answer = null;
      signal.removeEventListener('abort', stopped);
      resolve(intent);
    };
    this.#change({ ...this.#state, ui: asked(this.#state.ui, question) });
    return promise;
  }

  /** Waits while the person has paused the roll-out. */
  beforeStep(signal: AbortSignal): Promise<void> {
    if (!this.#state.ui.paused) return Promise.resolve();
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopped = () => reject(signal.reason);
    signal.addEventListener('abort', stopped, { once: true });
    this.#goOn = () => {
      this.#goOn = null;
      signal.removeEventListener('abort', stopped);
      resolve();
    };
    return promise;
  }

  /** Keys that came in one piece. What comes behind an answer was typed before the next question was seen. */
  type(keys: readonly KeyPress[]): void {
    for (const key of keys) if (this.press(key)) return;
  }

  /** Answers whether it came to more than another look. */
  press(key: KeyPress): boolean {
    const { ui, intent, effect }: Reaction = press(this.#state, key);
    if (ui !== this.#state.ui) this.#change({ ...this.#state, ui });
    if (!ui.paused) this.#goOn?.();
    if (intent !== undefined) this.#answer?.(intent);
    if (effect !== undefined) this.#effects[effect]();
    return intent !== undefined || effect !== undefined;
  }

  resize(size: Size): void {
    this.#change({ ...this.#state, size });
  }

  /** Nothing is painted any more. */
  close(): void {
    if (this.#repaint !== null) clearTimeout(this.#repaint);
    if (this.#seconds !== null) clearInterval(this.#seconds);
    this.#listeners.clear();
  }

  #change(state: WizardState): void {
    this.#state = state;
    this.#paint();
  }

  #paint(): void {
    this.#state = { ...this.#state, now: Date.now() };
    this.#painted = this.#state;
    if (this.#repaint !== null) clearTimeout(this.#repaint);
    this.#repaint = null;
    for (const listener of this.#listeners) listener();
  }
}
