import type { Input } from '../domain/ports/own-process.ts';

type Lender = (act: () => Promise<void>) => Promise<void>;

/** Lends the terminal to one other program at a time: the pager of the log, or the shell. */
export class TerminalLoan {
  #lender: Lender | null = null;
  #current: Promise<void> | null = null;
  readonly #onLend: () => void;
  readonly #onReturn: () => void;

  /**
   * @param onLend called before the terminal is lent
   * @param onReturn called when the terminal is returned, before anything is drawn on it
   */
  constructor(onLend: () => void, onReturn: () => void) {
    this.#onLend = onLend;
    this.#onReturn = onReturn;
  }

  setLender(lender: Lender): void {
    this.#lender = lender;
  }

  /** Does nothing if the terminal is already lent: two key presses can arrive in one read and request it twice. */
  lend(act: () => Promise<void>): void {
    if (this.#current !== null || this.#lender === null) return;
    const borrowed = async () => {
      this.#onLend();
      await act().finally(this.#onReturn);
    };
    this.#current = this.#lender(borrowed).finally(() => {
      this.#current = null;
    });
  }

  get isLent(): boolean {
    return this.#current !== null;
  }

  /** Waits for the program that has the terminal. */
  async untilReturned(): Promise<void> {
    await this.#current;
  }
}

/**
 * Stops reading keys, so that the program that has the terminal receives them. Ink removes its listener, but Node would
 * continue to read: the pager would miss a key, and the wizard would later treat that key as an answer.
 */
export function stopReading(stdin: Input): void {
  // While a 'readable' listener exists, only emitting 'pause' makes Node stop reading the file descriptor.
  stdin.emit('pause');
}

/** Discards the keys that were meant for the other program, and reads keys again. */
export function readAgain(stdin: Input): void {
  while (stdin.read() !== null);
  // The stream believes that a read is in progress, so only a direct call of `_read` starts one.
  stdin._read?.(0);
}
