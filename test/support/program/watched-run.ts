import { createInterface } from 'node:readline';
import type { RolloutEvent } from '../../../src/domain/events.ts';
import { type HowToRun, startErpDeploy } from './erp-deploy.ts';

/** A rollout whose events are read as they come: what is visible is what a test may wait for. */
export class WatchedRun {
  readonly events: RolloutEvent[] = [];
  /** Its end, however it came. */
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

  /** The next event, or undefined where the program ended instead. */
  async next(): Promise<RolloutEvent | undefined> {
    while (this.#seen === this.events.length) if (!(await this.#next.promise)) return undefined;
    return this.events[this.#seen++];
  }

  /** The next event of this kind. @throws with what the program said where it ends before */
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
      return; // the last one, torn by a kill
    }
    this.#next.resolve(true);
    this.#next = Promise.withResolvers();
  }
}

/** When a change of a step begins. */
export function changeOf(step: string): (event: RolloutEvent) => boolean {
  return (event) => event.type === 'change.started' && event.step === step;
}
