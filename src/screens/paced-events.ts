import type { RolloutEvent } from '../domain/events.ts';

/** One repaint shows this fraction of the queued checked objects, but at least this number. */
const atOnce = { part: 1 / 20, least: 6 } as const;

/** Maximum number of queued events. Older events are shown immediately, which bounds both the delay and the memory. */
const mayWait = 400;

/**
 * Queues events on their way to the screen, in order. Checked objects arrive in groups, one group for each answer of a
 * database. The screen shows a few at a time, so that its bars fill visibly. The engine never waits for the queue.
 */
export class PacedEvents {
  readonly #waiting: RolloutEvent[] = [];

  /** Adds an event, and returns the events to show now: this event, unless a checked object is queued before it. */
  add(event: RolloutEvent): readonly RolloutEvent[] {
    if (this.isEmpty && event.type !== 'progress') return [event];
    this.#waiting.push(event);
    return this.#waiting.splice(0, Math.max(0, this.#waiting.length - mayWait));
  }

  /**
   * Returns the events that the next repaint shows: some checked objects, and the events between and directly after
   * them.
   */
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
