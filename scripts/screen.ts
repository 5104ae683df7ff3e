import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** Milliseconds after which what should have come to be seen is given up. */
const patience = 60_000;

/** A program in a pseudo-terminal, and the screen that it draws. */
export class Screen {
  readonly terminal: InstanceType<typeof xterm.Terminal>;
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  #painted: (() => void) | null = null;
  /** Between the beginning and the end of a frame (synchronized output). */
  #midFrame = false;

  constructor(
    argv: readonly [string, ...string[]],
    cwd: string,
    { columns, rows }: { columns: number; rows: number },
    path = process.env.PATH ?? '',
  ) {
    const [file, ...rest] = argv;
    const env = { PATH: path, HOME: cwd, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#watchFrames();
    this.#pty = spawn(file, rest, { cols: columns, rows, cwd, env, name: 'xterm-256color' });
    this.#pty.onData((data) => this.terminal.write(data, () => this.#painted?.()));
    this.terminal.onData((answer) => this.#pty.write(answer));
    this.ended = new Promise((resolve) =>
      // What is still to be parsed is parsed before the end is reported.
      this.#pty.onExit(({ exitCode }) => this.terminal.write('', () => resolve(exitCode))),
    );
  }

  get lines(): readonly string[] {
    const { active } = this.terminal.buffer;
    const row = (index: number) => active.getLine(active.viewportY + index)?.translateToString(true) ?? '';
    return Array.from({ length: this.terminal.rows }, (_, index) => row(index));
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  signal(name: string): void {
    this.#pty.kill(name);
  }

  /** Answers when one of the texts stands on the screen, in a frame that is whole. */
  shows(...texts: readonly string[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const give = () => reject(new Error(`not seen: ${texts.join(' | ')}\n${this.lines.join('\n')}`));
    const late = setTimeout(give, patience);
    this.#painted = () => {
      if (this.#midFrame) return;
      if (!this.lines.some((line) => texts.some((text) => line.includes(text)))) return;
      clearTimeout(late);
      this.#painted = null;
      resolve();
    };
    this.#painted();
    return promise;
  }

  #watchFrames(): void {
    for (const final of ['h', 'l'] as const) {
      this.terminal.parser.registerCsiHandler({ prefix: '?', final }, (modes) => {
        if (modes.includes(2026)) this.#midFrame = final === 'h';
        return false;
      });
    }
  }
}
