/** The environment variables of a run, by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Standard input of a run; a terminal if `isTTY`. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  _read?(size: number): void;
};

/** Standard output or error of a run; a terminal has a size in columns and rows. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Reactions to signals from outside. */
export interface SignalReactions {
  stop(): void;
  suspend(): void;
  continued(): void;
}

/** Listens until it is disposed of. */
export interface Listening {
  dispose(): void;
}

/** The process that erp-deploy runs in. */
export interface OwnProcess {
  /** Version of Node. */
  readonly nodeVersion: string;
  /** Sends the process the signal of Ctrl-C. */
  interrupt(): void;
  /** Suspends the process group until the shell continues it. */
  suspend(): Promise<void>;
  /** Listens for signals. While suspension is left to the system, SIGTSTP stops the process immediately. */
  onSignals(reactions: SignalReactions): Listening & { takeSuspension(): void; leaveSuspension(): void };
  /** Listens for SIGWINCH. */
  onResize(act: () => void): Listening;
  onExit(act: () => void): Listening;
  /** Shows a text in a pager on the terminal of the process. */
  page(pager: string, text: string, environment: EnvironmentVariables): Promise<void>;
  /**
   * Runs a program on the terminal of the process until it ends, such as an editor or what opens a browser.
   * @param command a command for the shell, such as the value of $EDITOR; the argument is appended
   * @returns its exit code
   */
  openWith(command: string, argument: string, environment: EnvironmentVariables): Promise<number>;
}
