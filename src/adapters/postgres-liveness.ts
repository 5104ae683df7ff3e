/** Milliseconds of silence before the server is asked, and the most that one question may take. */
export interface Patience {
  readonly silence: number;
  readonly question: number;
}

export const patience: Patience = { silence: 10_000, question: 5_000 };

/** How often in a row a question may fail. */
const failures = 2;

export interface Watched {
  /** When the last bytes arrived, by `performance.now()`. */
  lastHeard(): number;
  /** Asks the server, on another connection, whether it still works on the statement. */
  isAlive(): Promise<boolean>;
  giveUp(): void;
}

/**
 * Watches a connection while it waits for an answer. Returns what ends the watch. Silence is no failure: only a server
 * that does not answer on another connection either, or no longer works on the statement, is given up.
 */
export function watchLiveness(watched: Watched, { silence, question }: Patience = patience): () => void {
  let failed = 0;
  let timer = setTimeout(check, silence);
  timer.unref();
  const again = (after: number) => {
    timer = setTimeout(check, after);
    timer.unref();
  };
  let ended = false;
  function check(): void {
    const quiet = performance.now() - watched.lastHeard();
    if (quiet >= silence) ask();
    else again(silence - quiet);
  }
  function ask(): void {
    void within(question, watched.isAlive()).then((alive) => {
      if (ended) return;
      failed = alive ? 0 : failed + 1;
      if (failed >= failures) watched.giveUp();
      else again(silence);
    });
  }
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** False if the answer takes longer, or is an error. */
function within(milliseconds: number, asked: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const settle = (alive: boolean) => {
      clearTimeout(timer);
      resolve(alive);
    };
    asked.then(settle, () => settle(false));
  });
}
