import type { Input } from '../domain/ports/own-process.ts';

type Lender = (act: () => Promise<void>) => Promise<void>;

/** Lends the terminal to one other program at a time: the pager of the log, or the shell. */
export class TerminalLoan {
  #lender: Lender | null = null;
  #current: Promise<void> | null = null;
  readonly #given: () => void;
  readonly #returned: () => void;

  /**
   * @param given called when it is lent
   * @param returned called when it is back, before anything is drawn on it
   */
  constructor(given: () => void, returned: () => void) {
    this.#given = given;
    this.#returned = returned;
  }

  openBy(lender: Lender): void {
    this.#lender = lender;
  }

  /** Does nothing if it is lent already: keys that came in one piece may ask twice. */
  lend(act: () => Promise<void>): void {
    if (this.#current !== null || this.#lender === null) return;
    const borrowed = async () => {
      this.#given();
      await act().finally(this.#returned);
    };
    this.#current = this.#lender(borrowed).finally(() => {
      this.#current = null;
    });
  }

  get isLent(): boolean {
    return this.#current !== null;
  }

  /** Waits for the program that has the terminal. */
  async returned(): Promise<void> {
    await this.#current;
  }
}

/**
 * Leaves the keys to the program that has the terminal now. Ink takes its listener away, but Node would read on: a
 * key for the pager would be lost there, and be an answer here afterwards.
 */
export function stopReading(stdin: Input): void {
  // At this event, and at no other call while there is a listener for 'readable', Node lets go of the file.
  stdin.emit('pause');
}

/** Reads keys again, without those that were meant for the other program. */
export function readAgain(stdin: Input): void {
  while (stdin.read() !== null);
  // The stream believes that a reading is under way, so nothing less starts it.
  stdin._read?.(0);
}
