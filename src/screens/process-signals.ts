/** What a signal from outside comes to. */
interface Reactions {
  stop(): void;
  suspend(): void;
  continued(): void;
}

const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Signals that somebody sends to the program, as `kill` does: the screen tells of a stop as it does of
 * Ctrl-C, and the terminal is given back before the program is suspended.
 */
export class ProcessSignals {
  readonly #reactions: Reactions;

  constructor(reactions: Reactions) {
    this.#reactions = reactions;
    for (const one of stops) process.on(one, this.#stop);
    this.takeSuspension();
  }

  readonly #stop = () => this.#reactions.stop();
  readonly #suspend = () => this.#reactions.suspend();
  readonly #continued = () => this.#reactions.continued();

  takeSuspension(): void {
    process.on('SIGTSTP', this.#suspend);
    process.on('SIGCONT', this.#continued);
  }

  /** While somebody else has the terminal, a suspension is the system's: it stops the program at once. */
  leaveSuspension(): void {
    process.off('SIGTSTP', this.#suspend);
    process.off('SIGCONT', this.#continued);
  }

  dispose(): void {
    for (const one of stops) process.off(one, this.#stop);
    this.leaveSuspension();
  }
}
