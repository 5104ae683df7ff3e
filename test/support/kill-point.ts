import { appendFileSync } from 'node:fs';
import { FolderState } from './folder-state.ts';

/** A kill at an effect's very beginning, in the midst of it, or when it has just happened. */
export const moments = ['before', 'within', 'after'] as const;

export interface KillPoint {
  /** The n-th effect of the process, from 1, or the first one of this name. */
  readonly effect: number | string;
  readonly when: (typeof moments)[number];
  /** For an effect that another thread works on: how long that thread is left to itself, in milliseconds. */
  readonly milliseconds: number;
}

/** One effect as an undisturbed run had it. */
export interface Effect {
  readonly name: string;
  /** `steps`: made of steps on the file system, of which a kill may leave a part; `thread`: done by PGlite. */
  readonly kind: 'atomic' | 'steps' | 'thread';
  readonly milliseconds: number;
  /** What the workspace is afterwards: equal for two effects where the second changed no name, no mode and no byte. */
  readonly leaves: string;
}

/** Variables by which a test tells the program with kills in it what to do. */
export const killVariable = 'ERP_DEPLOY_TEST_KILL';
export const effectsVariable = 'ERP_DEPLOY_TEST_EFFECTS';

/** Counts the effects of this process, and ends it where it was told to. */
export class EffectMeter {
  readonly #point: KillPoint | null;
  readonly #listFile: string | undefined;
  readonly #workspace = new FolderState(process.cwd());
  readonly #tearSteps: () => void;
  #count = 0;

  /** @param tearSteps makes the next step on the file system stop halfway, and end the process there */
  constructor(env: NodeJS.ProcessEnv, tearSteps: () => void) {
    const told = env[killVariable];
    // The test that starts this process wrote it.
    this.#point = told === undefined ? null : (JSON.parse(told) as KillPoint);
    this.#listFile = env[effectsVariable];
    this.#tearSteps = tearSteps;
  }

  async effect<Answer>(name: string, kind: Effect['kind'], act: () => Promise<Answer>): Promise<Answer> {
    this.#count += 1;
    const point =
      this.#point !== null && [this.#count, name].includes(this.#point.effect) ? this.#point : null;
    if (point?.when === 'before') return endHere();
    if (point?.when === 'within' && kind === 'steps') this.#tearSteps();
    if (point?.when === 'within' && kind === 'thread') setTimeout(endHere, point.milliseconds);
    const since = performance.now();
    const answer = await act();
    // Where a step cannot be torn, the last moment within it is the first one after it.
    if (point !== null) return endHere();
    this.#list({ name, kind, milliseconds: performance.now() - since });
    return answer;
  }

  #list(effect: Omit<Effect, 'leaves'>): void {
    if (this.#listFile === undefined) return;
    const leaves = this.#workspace.now();
    appendFileSync(this.#listFile, `${JSON.stringify({ ...effect, leaves })}\n`);
  }
}

/** Ends all threads of this process as `kill -9` does: nothing is tidied up. */
export function endHere(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process outlived SIGKILL');
}
