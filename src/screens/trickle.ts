import type { RolloutEvent } from '../domain/events.ts';

/** Of what waits, a part is shown at each painting; at least so many. */
const atOnce = { least: 6, part: 1 / 20 } as const;

/** About something else: shown at once, and what waits goes on waiting. */
const besides: ReadonlySet<RolloutEvent['type']> = new Set(['evidence', 'output', 'note']);

/**
 * Things that were looked at come in bunches, as a database answers. The eye is shown them a few at a time,
 * so that it sees them come, and sees the last of them before the next step begins.
 */
export class Trickle {
  readonly #waiting: RolloutEvent[] = [];

  /** Answers what is to be shown now: where nothing waits, whatever is no thing that was looked at. */
  take(event: RolloutEvent): readonly RolloutEvent[] {
    if (event.type === 'progress' || (event.type === 'step.finished' && !this.isEmpty)) {
      this.#waiting.push(event);
      return [];
    }
    return besides.has(event.type) ? [event] : [...this.all(), event];
  }

  /** What the next painting shows. */
  some(): readonly RolloutEvent[] {
    return this.#waiting.splice(0, Math.max(atOnce.least, Math.ceil(this.#waiting.length * atOnce.part)));
  }

  all(): readonly RolloutEvent[] {
    return this.#waiting.splice(0);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}
