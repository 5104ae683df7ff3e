import { styleText } from 'node:util';
import {
  DefaultRenderer,
  Listr,
  ListrLogger,
  type ListrTaskWrapper,
  ProcessOutput,
  type SimpleRenderer,
} from 'listr2';
import type { RolloutEvent } from '../domain/events.ts';
import type { FrontEnd } from '../domain/front-end.ts';
import { outcomeText } from '../domain/outcome-text.ts';
import type { Output } from '../domain/ports/own-process.ts';
import { answerUnattended } from './answers.ts';
import type { LineOptions } from './lines.ts';
import { plainFrontEnd } from './plain.ts';

/** Events that have no row in the list. */
const heldBack: ReadonlySet<RolloutEvent['type']> = new Set(['note', 'problem', 'rollout.finished']);

type Finished = Extract<RolloutEvent, { type: 'step.finished' }>;
type Row = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A front end that draws on the terminal until it is closed, and prints lines after that. */
export interface ClosingFrontEnd extends FrontEnd {
  close(): Promise<void>;
}

/**
 * Shows progress in a terminal without questions: the plan as lines, then an animated list with one row for each step.
 * The signal handling of listr2 is off, since the engine stops the rollout.
 */
export function listrFrontEnd(screen: Screen, options: LineOptions): ClosingFrontEnd {
  const { stdout, stderr } = screen;
  const plain = plainFrontEnd(
    (text) => void stdout.write(text),
    (text) => void stderr.write(text),
    options,
  );
  const rows = new Map<string, StepRow>();
  const held: RolloutEvent[] = [];
  let list: Promise<unknown> | null = null;
  let closed = false;
  return {
    show: (event) => {
      if (event.type === 'rollout.started') {
        for (const step of event.steps) rows.set(step.step, new StepRow(`${step.step} ${step.title}`));
      }
      if (event.type === 'step.started' && !closed) list ??= runList([...rows.values()], screen);
      if (list === null || closed) return plain.show(event);
      if ('step' in event && event.step !== undefined) rows.get(event.step)?.add(event);
      // Lines printed between the rows would break the drawing, so they follow once the list has ended.
      if (heldBack.has(event.type)) held.push(event);
    },
    ask: async (question) => answerUnattended(question),
    close: async () => {
      closed = true;
      for (const row of rows.values()) row.release();
      await list;
      for (const event of held.splice(0)) plain.show(event);
    },
  };
}

/** The streams that the list is drawn on. */
export interface Screen {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isColored: boolean;
}

/** Draws on the given screen: listr2 by itself would check whether the stdout of the process is a terminal. */
class ScreenRenderer extends DefaultRenderer {
  static override readonly nonTTY = true;
}

async function runList(rows: readonly StepRow[], screen: Screen): Promise<void> {
  const tasks = rows.map((row) => ({ title: row.title, task: (_: unknown, task: Row) => row.show(task) }));
  await new Listr(tasks, {
    concurrent: false,
    renderer: ScreenRenderer,
    exitOnError: false,
    registerSignalListeners: false,
    rendererOptions: {
      collapseErrors: true,
      showSubtasks: false,
      logger: new ListrLogger({
        processOutput: new ProcessOutput(ownView(screen.stdout), ownView(screen.stderr)),
      }),
      color: iconColors(screen.isColored),
    },
  }).run();
}

/** Returns the color functions for a row's states; those of listr2 depend on the environment of the process. */
function iconColors(isColored: boolean) {
  const drawn = (style: 'dim' | 'yellow' | 'green' | 'red') => (text?: string) =>
    isColored ? styleText(style, text ?? '', { validateStream: false }) : (text ?? '');
  return {
    WAITING: drawn('dim'),
    PENDING: drawn('yellow'),
    COMPLETED: drawn('green'),
    SKIPPED_WITH_COLLAPSE: drawn('yellow'),
    FAILED: drawn('red'),
  };
}

/**
 * Returns a separate object for the stream: listr2 replaces `write` of what it draws on, and others use the stream
 * too.
 */
function ownView(stream: Output): NodeJS.WriteStream {
  const write = { value: (text: string) => stream.write(text), writable: true };
  // listr2 reads only the size and `isTTY` of a terminal.
  return Object.create(stream, { write }) as NodeJS.WriteStream;
}

/** One step's row; keeps the output that arrives before the row is drawn. */
class StepRow {
  readonly title: string;
  readonly #finished = Promise.withResolvers<Finished | null>();
  #row: Row | null = null;
  #output = '';

  constructor(title: string) {
    this.title = title;
  }

  add(event: RolloutEvent): void {
    if (event.type === 'change.started') this.#print(event.summary);
    if (event.type === 'output') this.#print(event.line);
    if (event.type === 'step.finished') this.#finished.resolve(event);
  }

  /** Ends the row of a step that was not started. */
  release(): void {
    this.#finished.resolve(null);
  }

  async show(row: Row): Promise<void> {
    this.#row = row;
    row.output = this.#output;
    const finished = await this.#finished.promise;
    const { word, text } = outcomeText(finished?.outcome ?? 'stopped', finished?.summary ?? 'not started');
    const title = `${this.title}  ${word}${text === '' ? '' : `: ${text}`}`;
    if (finished === null || finished.outcome === 'skipped' || finished.outcome === 'stopped') {
      row.skip(title);
      return;
    }
    row.title = title;
    if (finished.outcome === 'failed') throw new Error(finished.summary);
  }

  #print(text: string): void {
    this.#output = text;
    if (this.#row !== null) this.#row.output = text;
  }
}
