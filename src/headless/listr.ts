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
import type { Output } from '../domain/ports.ts';
import { answerUnattended } from './answers.ts';
import type { LineOptions } from './lines.ts';
import { plainFrontEnd } from './plain.ts';

/** Words that have no row. */
const heldBack: ReadonlySet<RolloutEvent['type']> = new Set(['note', 'problem', 'rollout.finished']);

type Finished = Extract<RolloutEvent, { type: 'step.finished' }>;
type Row = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A front end that holds the screen until it is closed; after that it writes lines. */
export interface ClosingFrontEnd extends FrontEnd {
  close(): Promise<void>;
}

/**
 * A list that moves, for a terminal without questions: the plan as lines, then one row for each step,
 * fed by the same events. Its own signal handling is off: the engine stops the roll-out.
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
    tell: (event) => {
      if (event.type === 'rollout.started') {
        for (const step of event.steps) rows.set(step.step, new StepRow(`${step.step} ${step.title}`));
      }
      if (event.type === 'step.started' && !closed) list ??= runList([...rows.values()], screen);
      if (list === null || closed) return plain.tell(event);
      if ('step' in event && event.step !== undefined) rows.get(event.step)?.tell(event);
      // Words between the rows would tear the list: they come when it stands still.
      if (heldBack.has(event.type)) held.push(event);
    },
    ask: async (question) => answerUnattended(question),
    close: async () => {
      closed = true;
      for (const row of rows.values()) row.release();
      await list;
      for (const event of held.splice(0)) plain.tell(event);
    },
  };
}

/** Where the list is drawn. */
export interface Screen {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly isColored: boolean;
}

/** Draws on the screen that it is given: listr2 by itself would ask whether the stdout of the process is a terminal. */
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

/** Colors of the states that a row can be in; listr2's own functions ask the environment of the process. */
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

/** listr2 replaces `write` of the streams that it draws on; those of the run may be used by others meanwhile. */
function ownView(stream: Output): NodeJS.WriteStream {
  const write = { value: (text: string) => stream.write(text), writable: true };
  // listr2 reads nothing of a terminal but its size and `isTTY`.
  return Object.create(stream, { write }) as NodeJS.WriteStream;
}

/** One step's row: what was told before it is drawn is kept for it. */
class StepRow {
  readonly title: string;
  readonly #finished = Promise.withResolvers<Finished | null>();
  #row: Row | null = null;
  #output = '';

  constructor(title: string) {
    this.title = title;
  }

  tell(event: RolloutEvent): void {
    if (event.type === 'change.started') this.#say(event.summary);
    if (event.type === 'output') this.#say(event.line);
    if (event.type === 'step.finished') this.#finished.resolve(event);
  }

  /** Ends a row that was not reached. */
  release(): void {
    this.#finished.resolve(null);
  }

  async show(row: Row): Promise<void> {
    this.#row = row;
    row.output = this.#output;
    const finished = await this.#finished.promise;
    if (finished === null || finished.outcome === 'skipped' || finished.outcome === 'stopped') {
      row.skip(`${this.title}  ${finished?.outcome ?? 'not reached'}: ${finished?.summary ?? ''}`);
      return;
    }
    row.title = `${this.title}  ${finished.outcome}: ${finished.summary}`;
    if (finished.outcome === 'failed') throw new Error(finished.summary);
  }

  #say(text: string): void {
    this.#output = text;
    if (this.#row !== null) this.#row.output = text;
  }
}
