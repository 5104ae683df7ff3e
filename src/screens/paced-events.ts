import type { RolloutEvent } from '../domain/events.ts';

/** Checked objects that one painting shows: this part of the events that wait, but at least so many. */
const atOnce = { part: 1 / 20, least: 6 } as const;

/** Events that may wait; what is older is shown at once, so the screen is never far behind, nor memory full. */
const mayWait = 400;

/**
 * Events on their way to the screen, in their order. Checked objects come in bunches, as a database answers. The
 * screen shows them a few at a time, so that its bars are seen to fill. The engine never waits for it.
 */
export class PacedEvents {
  readonly #waiting: RolloutEvent[] = [];

  /** Adds an event, and returns what to show now: the event itself, unless a checked object waits before it. */
  add(event: RolloutEvent): readonly RolloutEvent[] {
    if (this.isEmpty && event.type !== 'progress') return [event];
    this.#waiting.push(event);
    return this.#waiting.splice(0, Math.max(0, this.#waiting.length - mayWait));
  }

  /** Returns what the next painting shows: some checked objects, and what comes between and right behind them. */
  next(): readonly RolloutEvent[] {
    let left = Math.max(atOnce.least, Math.ceil(this.#waiting.length * atOnce.part));
    const end = this.#waiting.findIndex(({ type }) => type === 'progress' && left-- === 0);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
  }

  all(): readonly RolloutEvent[] {
    return this.#waiting.splice(0);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}
