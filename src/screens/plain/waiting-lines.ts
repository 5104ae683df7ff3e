import type { RolloutEvent } from '../../domain/events.ts';
import type { RolloutState } from '../../domain/reducer.ts';
import { activityText } from '../activity.ts';

/**
 * Seconds without output after which the plain view prints what erp-deploy waits for, the first time and later times.
 */
const pauses = [2, 10, 30, 60] as const;

/** Prints what erp-deploy waits for, if nothing else was printed for some time. */
export class WaitingLines {
  readonly #print: (text: string) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  /** Starts over after an event. */
  after(event: RolloutEvent, rollout: RolloutState): void {
    this.stop();
    if (event.type !== 'rollout.finished') this.#wait(rollout, Date.now(), 0);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(rollout: RolloutState, since: number, turn: number): void {
    const [pause, before] = [pauses[turn] ?? 60, pauses[turn - 1] ?? 0];
    this.#timer = setTimeout(
      () => {
        const spent = Math.round((Date.now() - since) / 1000);
        this.#print(`waiting: ${activityText(rollout) ?? 'checking'} (${spent} s)`);
        this.#wait(rollout, since, turn + 1);
      },
      (turn < pauses.length ? pause - before : pause) * 1000,
    );
    this.#timer.unref();
  }
}
