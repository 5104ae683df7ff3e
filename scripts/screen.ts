import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** Milliseconds after which what should have come to be seen is given up. */
const patience = 120_000;

/** A program in a pseudo-terminal, and the screen that it draws. */
export class Screen {
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  #painted: (() => void) | null = null;

  constructor(
    argv: readonly [string, ...string[]],
    cwd: string,
    { columns, rows }: { columns: number; rows: number },
  ) {
    const [file, ...rest] = argv;
    const env = { PATH: process.env.PATH ?? '', HOME: cwd, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#pty = spawn(file, rest, { cols: columns, rows, cwd, env, name: 'xterm-256color' });
    this.#pty.onData((data) => this.terminal.write(data, () => this.#painted?.()));
    this.terminal.onData((answer) => this.#pty.write(answer));
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  get lines(): readonly string[] {
    const { active } = this.terminal.buffer;
    const row = (index: number) => active.getLine(active.viewportY + index)?.translateToString(true) ?? '';
    return Array.from({ length: this.terminal.rows }, (_, index) => row(index));
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  /** Answers when the text stands on the screen. */
  shows(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not seen: ${text}\n${this.lines.join('\n')}`)),
        patience,
      );
      this.#painted = () => {
        if (!this.lines.some((line) => line.includes(text))) return;
        clearTimeout(late);
        this.#painted = null;
        resolve();
      };
      this.#painted();
    });
  }
}
