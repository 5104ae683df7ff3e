import { createInterface } from 'node:readline';
import type { RolloutEvent } from '../../../src/domain/events.ts';
import { type HowToRun, startErpDeploy } from './erp-deploy.ts';

/** A rollout whose events are read as they arrive, so that a test can wait for them. */
export class WatchedRun {
  readonly events: RolloutEvent[] = [];
  /** Resolves at its end, successful or not. */
  readonly ended: Promise<{
    readonly exit: number | undefined;
    readonly signal: string | undefined;
    readonly stderr: string;
  }>;
  readonly #running: ReturnType<typeof startErpDeploy>;
  #seen = 0;
  #next = Promise.withResolvers<boolean>();

  constructor(workspace: string, flags: readonly string[] = [], how?: HowToRun, command = 'run') {
    this.#running = startErpDeploy(workspace, [command, '--json', '--engine', 'embedded', ...flags], how);
    this.ended = this.#running.then(({ exitCode, signal, stderr }) => ({ exit: exitCode, signal, stderr }));
    const lines = createInterface({ input: this.#running.stdout });
    lines.on('line', (line) => this.#hear(line));
    lines.on('close', () => this.#next.resolve(false));
  }

  /** Returns the next event; undefined if the program ended instead. */
  async next(): Promise<RolloutEvent | undefined> {
    while (this.#seen === this.events.length) if (!(await this.#next.promise)) return undefined;
    return this.events[this.#seen++];
  }

  /** Returns the next event of this type. @throws an error with the output of the program if it ends before */
  async until(wanted: (event: RolloutEvent) => boolean): Promise<RolloutEvent> {
    for (;;) {
      const event = await this.next();
      if (event === undefined) throw new Error(`it ended before that:\n${(await this.ended).stderr}`);
      if (wanted(event)) return event;
    }
  }

  send(signal: NodeJS.Signals): void {
    this.#running.kill(signal);
  }

  #hear(line: string): void {
    try {
      this.events.push(JSON.parse(line));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return; // the last line, truncated by a kill
    }
    this.#next.resolve(true);
    this.#next = Promise.withResolvers();
  }
}

/** Waits until a change of a step starts. */
export function changeOf(step: string): (event: RolloutEvent) => boolean {
  return (event) => event.type === 'change.started' && event.step === step;
}
