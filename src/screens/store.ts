import type { RolloutEvent } from '../domain/events.ts';
import type { ContainerLogs, FrontEnd, Intent, Question } from '../domain/front-end.ts';
import { initialState, type RolloutState, reduce } from '../domain/reducer.ts';
import type { KeyPress } from './key-press.ts';
import { PacedEvents } from './paced-events.ts';
import type { Opens, Reaction } from './screen.ts';
import { press } from './screens.ts';
import { startedProbe, withProbe } from './setup/started-probe.ts';
import { answered, asked, initialUi, type Size, type WizardState } from './state.ts';
import { withWaitBegun, withWaitEnded } from './waits.ts';

/** Milliseconds between two repaints during a burst of events; a key repaints immediately. */
const calm = 40;

/** The actions of the program that a key can request. */
export interface Effects {
  interrupt(): void;
  suspend(): void;
  log(): void;
  copy(text: string): void;
  open(what: Opens): void;
}

/** Holds the wizard's state. Receives events and keys, and returns answers. Does not depend on React. */
export class WizardStore implements FrontEnd {
  #state: WizardState;
  /** The state that was painted last. Later events are painted together by the next repaint. */
  #painted: WizardState;
  readonly #events = new PacedEvents();
  #answer: ((intent: Intent) => void) | null = null;
  #repaint: NodeJS.Timeout | null = null;
  #seconds: NodeJS.Timeout | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #effects: Effects;

  /** @param isAscii whether the terminal displays only ASCII */
  constructor(effects: Effects, size: Size, isAscii = false) {
    this.#effects = effects;
    this.#state = { rollout: initialState, ui: initialUi, size, now: Date.now(), isAscii, waits: [] };
    this.#painted = this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): WizardState => this.#painted;

  /** All events so far, painted or not. */
  get rollout(): RolloutState {
    this.#catchUp();
    return this.#state.rollout;
  }

  show(event: RolloutEvent): void {
    this.#reduce(this.#events.add(event));
    // During a burst of events, repaints as often as the eye can follow, not once for each event.
    this.#repaintSoon();
  }

  /** Paints all events so far: an operator who answers, pauses or stops must see the current progress. */
  #catchUp(): void {
    this.#reduce(this.#events.all());
  }

  #reduce(events: readonly RolloutEvent[]): void {
    if (events.length === 0) return;
    this.#state = { ...this.#state, rollout: events.reduce(reduce, this.#state.rollout) };
    this.#keepTime();
  }

  #repaintSoon(): void {
    this.#repaint ??= setTimeout(() => {
      this.#reduce(this.#events.next());
      this.#paint();
    }, calm);
  }

  /**
   * Repaints once a second while erp-deploy works, because seconds are shown. Does not repaint while erp-deploy asks.
   */
  #keepTime(): void {
    const { rollout, ui } = this.#state;
    const works = rollout.finished === null && ui.question === null && rollout.lastAt !== null;
    if (works && this.#seconds === null) this.#seconds = setInterval(() => this.#paint(), 1000).unref();
    if (works || this.#seconds === null) return;
    clearInterval(this.#seconds);
    this.#seconds = null;
  }

  ask(question: Question, signal: AbortSignal): Promise<Intent> {
    signal.throwIfAborted();
    this.#catchUp();
    const { promise, resolve, reject } = Promise.withResolvers<Intent>();
    const stopped = () => {
      this.#answer = null;
      this.#waits(withWaitEnded);
      this.#change({ ...this.#state, ui: answered(this.#state.ui) });
      reject(signal.reason);
    };
    signal.addEventListener('abort', stopped, { once: true });
    this.#answer = (intent) => {
      this.#answer = null;
      signal.removeEventListener('abort', stopped);
      this.#waits(withWaitEnded);
      resolve(intent);
    };
    this.#waits(withWaitBegun);
    this.#change({ ...this.#state, ui: asked(this.#state.ui, question) });
    return promise;
  }

  /** Resolves when the next step may begin: at once, unless the user has paused the rollout. */
  async beforeStep(signal: AbortSignal): Promise<void> {
    if (!this.#state.ui.paused) return;
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopped = () => reject(signal.reason);
    const check = () => void (this.#state.ui.paused || resolve());
    signal.addEventListener('abort', stopped, { once: true });
    this.#listeners.add(check);
    this.#waits(withWaitBegun);
    await promise.finally(() => {
      this.#waits(withWaitEnded);
      signal.removeEventListener('abort', stopped);
      this.#listeners.delete(check);
    });
  }

  /** Records when erp-deploy waited for the operator, because the clock in the header leaves these times out. */
  #waits(change: typeof withWaitBegun): void {
    this.#state = { ...this.#state, waits: change(this.#state.waits) };
  }

  /**
   * Handles the keys that arrived in one read. Keys after an answer are dropped: they were typed before the next
   * question was visible.
   */
  type(keys: readonly KeyPress[]): void {
    for (const key of keys) if (this.press(key)) return;
  }

  /** Handles one key. Returns whether it did more than change the screen. */
  press(key: KeyPress): boolean {
    const { ui, intent, effect, copy, opens }: Reaction = press(this.#state, key);
    if (ui.paused !== this.#state.ui.paused || ui.stopping !== this.#state.ui.stopping) this.#catchUp();
    if (ui !== this.#state.ui) this.#change({ ...this.#state, ui });
    if (intent !== undefined) this.#answer?.(intent);
    if (effect !== undefined) this.#effects[effect]();
    if (copy !== undefined) this.#effects.copy(copy);
    if (opens !== undefined) this.#effects.open(opens);
    this.#probe();
    return intent !== undefined || effect !== undefined || opens !== undefined;
  }

  /** Tries the given answers of the setup, and shows the results, even if the operator has moved on. */
  #probe(): void {
    const { ui } = this.#state;
    const started = startedProbe(ui);
    if (started === null) return;
    this.#change({ ...this.#state, ui: withProbe(ui, started.name, { value: started.value, result: null }) });
    void started.run().then((result) => {
      const { name, value } = started;
      this.#change({ ...this.#state, ui: withProbe(this.#state.ui, name, { value, result }) });
    });
  }

  /** Shows that a stop was requested, by a key or a signal: the current change is being finished. */
  stopping(): void {
    if (this.#state.ui.stopping) return;
    this.#catchUp();
    this.#change({ ...this.#state, ui: { ...this.#state.ui, stopping: true } });
  }

  offerLogs(containerLogs: ContainerLogs): void {
    this.#change({ ...this.#state, ui: { ...this.#state.ui, containerLogs } });
  }

  /** Shows a notice until the next key; null removes it. */
  notice(notice: string | null): void {
    this.#change({ ...this.#state, ui: { ...this.#state.ui, notice } });
  }

  resize(size: Size): void {
    this.#change({ ...this.#state, size });
  }

  /** Stops painting. */
  close(): void {
    if (this.#repaint !== null) clearTimeout(this.#repaint);
    if (this.#seconds !== null) clearInterval(this.#seconds);
    this.#listeners.clear();
  }

  #change(state: WizardState): void {
    this.#state = state;
    this.#keepTime();
    this.#paint();
  }

  #paint(): void {
    this.#state = { ...this.#state, now: Date.now() };
    this.#painted = this.#state;
    if (this.#repaint !== null) clearTimeout(this.#repaint);
    this.#repaint = null;
    for (const listener of this.#listeners) listener();
    if (!this.#events.isEmpty) this.#repaintSoon();
  }
}
