import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../disk/temp-folder.ts';
import { noEngine } from '../program/no-engine.ts';
import { type Modes, type Style, TerminalScreen } from './terminal-screen.ts';

export interface HowToStart {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** Keys as a terminal sends them. */
export const keys = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  backspace: '\x7f',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  pageUp: '\x1b[5~',
  pageDown: '\x1b[6~',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlZ: '\x1a',
} as const;

/** Time limit of each wait in milliseconds. */
const patience = 90_000;

/** Runs the program as a shell does, and then saves the terminal's settings; the shell survives Ctrl-C. */
const keepingSettings = 'stty -a >"$0.before"; trap : INT; "$@"; code=$?; stty -a >"$0"; exit $code';

interface Waiter {
  readonly met: () => boolean;
  readonly resolve: () => void;
  readonly fail: () => void;
}

/** A program in a pseudo-terminal, with a screen that tests read. It ends with the test. */
export class Terminal {
  readonly #pty: IPty;
  readonly #screen: TerminalScreen;
  readonly #settingsFile = join(tempFolder(), 'stty');
  readonly #waiters = new Set<Waiter>();
  #exit: number | null = null;
  #raw = '';

  private constructor(argv: readonly [string, ...string[]], how: HowToStart) {
    const { columns = 80, rows = 24 } = how;
    this.#screen = new TerminalScreen(columns, rows, (text) => this.#pty.write(text));
    this.#pty = spawn('/bin/sh', ['-c', keepingSettings, this.#settingsFile, ...argv], {
      cols: columns,
      rows,
      // The library sets TERM to it.
      name: how.env?.TERM ?? 'xterm-256color',
      cwd: how.cwd,
      env: {
        PATH: process.env.PATH,
        HOME: how.cwd,
        LANG: 'C.UTF-8',
        DOCKER_HOST: noEngine,
        ...how.env,
      },
    });
    this.#pty.onData((data) => {
      this.#raw += data;
      this.#screen.write(data, () => this.#check());
    });
    // Pending output is parsed before the end is reported.
    this.#pty.onExit(({ exitCode }) => this.#screen.write('', () => this.#end(exitCode)));
  }

  /** Starts a program with only PATH from the environment of the tests, because `CI` would stop every spinner. */
  static start(argv: readonly [string, ...string[]], how: HowToStart): Terminal {
    const terminal = new Terminal(argv, how);
    onTestFinished(() => terminal.#kill());
    return terminal;
  }

  /** Returns the visible rows without trailing blanks. */
  text(): string {
    return this.#screen.text();
  }

  /** Returns every line since the start, including those that scrolled away; wrapped lines are joined. */
  history(): string {
    return this.#screen.history();
  }

  /** Returns how the first character of a visible text is drawn. @throws if the text is not visible */
  styleOf(text: string): Style {
    return this.#screen.styleOf(text);
  }

  get cursorShown(): boolean {
    return this.#screen.cursorShown;
  }

  /** Waits until the text (or a match) is visible; returns the screen. */
  async until(text: string | RegExp): Promise<string> {
    await this.#wait(() => matches(this.text(), text), `${String(text)} to appear`);
    return this.text();
  }

  /**
   * Waits until the text (or a match) was printed, even if it scrolled away.
   * @param from an earlier length of `history`; only later output counts
   */
  async untilPrinted(text: string | RegExp, from = 0): Promise<void> {
    await this.#wait(() => matches(this.history().slice(from), text), `${String(text)} to be printed`);
  }

  /** Waits until it is no longer visible. */
  async untilGone(text: string | RegExp): Promise<string> {
    await this.#wait(() => !matches(this.text(), text), `${String(text)} to disappear`);
    return this.text();
  }

  /** Returns every frame that is painted from now on, in a list that grows. */
  record(): readonly string[] {
    return this.#screen.record();
  }

  /** Returns everything that was written to the terminal, with its escape sequences. */
  raw(): string {
    return this.#raw;
  }

  /** Returns the process that runs in the terminal. @throws if it has ended */
  programPid(): number {
    const { pid } = this.#pty;
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    if (!child) throw new Error('no program runs in the terminal');
    return Number(child);
  }

  modes(): Modes {
    return this.#screen.modes;
  }

  /** Returns what `stty -a` printed before and after the program, without the size. */
  settings(): { readonly before: string; readonly after: string } {
    const read = (file: string) => readFileSync(file, 'utf8').replace(/rows \d+; columns \d+;/, '');
    return { before: read(`${this.#settingsFile}.before`), after: read(this.#settingsFile) };
  }

  press(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    try {
      this.#pty.resize(columns, rows);
    } catch (error) {
      // The program has just ended, and its end is not reported yet.
      if (!String(error).includes('EBADF')) throw error;
    }
  }

  get hasEnded(): boolean {
    return this.#exit !== null;
  }

  /** Waits until the program has ended and all of its output is on the screen; returns its exit code. */
  async exit(): Promise<number> {
    await this.#wait(() => this.#exit !== null, 'the program to end');
    return this.#exit ?? Number.NaN;
  }

  /** Returns the state of the terminal after the program ended. */
  left(): { readonly cursorShown: boolean; readonly lineMode: boolean; readonly alternateScreen: boolean } {
    const settings = readFileSync(this.#settingsFile, 'utf8').split(/[\s;]+/);
    return {
      cursorShown: this.#screen.cursorShown,
      lineMode: ['icanon', 'echo', 'isig'].every((flag) => settings.includes(flag)),
      alternateScreen: this.#screen.isAlternate,
    };
  }

  #wait(met: () => boolean, what: string): Promise<void> {
    if (!this.#screen.isMidFrame && met()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (why: string) => reject(new Error(`${why} ${what}\n${this.#screen.framed()}`));
    const fail = () => giveUp(`the program ended (${this.#exit}) instead of`);
    if (this.#exit !== null) fail();
    const late = setTimeout(() => giveUp(`waited ${patience} ms for`), patience);
    const waiter: Waiter = { met, resolve, fail };
    this.#waiters.add(waiter);
    return promise.finally(() => {
      clearTimeout(late);
      this.#waiters.delete(waiter);
    });
  }

  #check(): void {
    if (this.#screen.isMidFrame && this.#exit === null) return;
    for (const { met, resolve } of this.#waiters) if (met()) resolve();
  }

  #end(exit: number): void {
    this.#exit = exit;
    this.#check();
    for (const { met, fail } of this.#waiters) if (!met()) fail();
  }

  #kill(): void {
    if (this.#exit === null) this.#pty.kill('SIGKILL');
    this.#screen.dispose();
  }
}

function matches(screen: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? screen.includes(text) : text.test(screen);
}
