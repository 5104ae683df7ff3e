import { isUtf8 } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import inspectScript from '../../../assets/remote/inspect.sh';
import { FileFault } from '../../domain/ports/files.ts';
import type { ProcessResult } from '../../domain/ports/host.ts';
import { ProblemError } from '../../domain/problem.ts';
import { type Command, scriptCommand } from '../../domain/shell-script.ts';
import type { Commands } from './commands.ts';
import { shellFailed } from './link-problems.ts';
import { quoteLine } from './quote.ts';

/** An answer of assets/remote/inspect.sh. */
export interface Answer {
  /** Its first word: `ok`, `absent`, or a name of errno(3). */
  readonly is: string;
  /** The words after it. */
  readonly rest: readonly string[];
}

interface Asked {
  readonly question: string;
  readonly answer: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks a host about its state. What is asked in one turn of the event loop is sent as one request. */
export class Inspections {
  readonly #commands: Commands;
  readonly #host: string;
  #asked: Asked[] = [];

  /** @param commands run in any folder */
  constructor(commands: Commands, host: string) {
    this.#commands = commands;
    this.#host = host;
  }

  /** @throws ProblemError on a timeout, or if the connection is lost */
  ask(...words: readonly string[]): Promise<Answer> {
    return new Promise((answer, fail) => {
      this.#asked.push({ question: quoteLine(words), answer, fail });
      if (this.#asked.length === 1) void this.#send();
    });
  }

  /**
   * Runs a command that changes nothing.
   * @param folder absolute
   * @throws FileFault if the folder cannot be entered; ProblemError
   */
  async run({ argv, input = '' }: Command, folder: string, signal: AbortSignal): Promise<ProcessResult> {
    signal.throwIfAborted();
    const { is, rest } = await this.ask('run', folder, input, ...argv);
    signal.throwIfAborted();
    if (is === 'missing') return { exitCode: 127, stdout: '', stderr: '', notFound: true };
    if (is !== 'ran') throw new FileFault('enter the folder', folder, is, { host: this.#host });
    const [printed = '', stderr = ''] = rest.map((text) => bytesOf(text).toString('utf8'));
    const end = printed.lastIndexOf('\n');
    return {
      exitCode: Number(printed.slice(end + 1)),
      // Without the last line's end, as every result of a command.
      stdout: printed.slice(0, end).replace(/\r?\n$/, ''),
      stderr: stderr.replace(/\r?\n$/, ''),
      notFound: false,
    };
  }

  async #send(): Promise<void> {
    await turn();
    const asked = this.#asked;
    this.#asked = [];
    const questions = asked.map(({ question }) => question);
    try {
      const { argv, input } = scriptCommand('inspect.sh', inspectScript, questions);
      const { signal } = new AbortController();
      const { stdout, stderr } = await this.#commands.run(argv, '/', signal, undefined, { input });
      const answers = stdout.split('\n');
      if (answers.length !== asked.length) throw new ProblemError(shellFailed(this.#host, stderr));
      for (const [place, { answer }] of asked.entries()) {
        const [is = '', ...rest] = (answers[place] ?? '').split(' ');
        answer({ is, rest });
      }
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }
}

/** Decodes base64. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

/** Decodes UTF-8; null if the bytes are not UTF-8, because a lenient decoder would silently change them. */
export function textIn(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null;
}
