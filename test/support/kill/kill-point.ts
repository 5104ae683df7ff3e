import { appendFileSync } from 'node:fs';
import { FolderState } from '../disk/folder-state.ts';

/** A kill at the start of an effect, in the middle of it, or right after it. */
export const moments = ['before', 'within', 'after'] as const;

export interface KillPoint {
  /** The n-th effect of the process, from 1, or the first one of this name. */
  readonly effect: number | string;
  readonly when: (typeof moments)[number];
  /** For an effect in another thread: milliseconds that the thread works before the kill. */
  readonly milliseconds: number;
}

/** An effect of an undisturbed run. */
export interface Effect {
  readonly name: string;
  /** `steps`: several operations on the file system, which a kill may leave incomplete; `thread`: done by PGlite. */
  readonly kind: 'atomic' | 'steps' | 'thread';
  readonly milliseconds: number;
  /**
   * Hash of the workspace after it. Two successive effects have the same hash if the second changed no name, mode or
   * byte.
   */
  readonly leaves: string;
}

/** Environment variables with which a test controls the program with kills in it. */
export const pointsVariable = 'ERP_DEPLOY_TEST_KILLS';
export const effectsVariable = 'ERP_DEPLOY_TEST_EFFECTS';
export const contentsVariable = 'ERP_DEPLOY_TEST_CONTENTS';

/**
 * Makes the next operation on the file system call `halt` when it is half done. Returns a function that reverts this.
 */
export type TearStep = (halt: () => void) => () => void;

/** Counts the effects of this process, halts it at each given point, and kills it at the last one. */
export class EffectMeter {
  readonly #points: KillPoint[];
  readonly #listFile: string | undefined;
  readonly #workspace = new FolderState(process.cwd());
  readonly #tearStep: TearStep;
  #count = 0;

  constructor(env: NodeJS.ProcessEnv, tearStep: TearStep) {
    // The test that starts this process wrote it.
    this.#points = JSON.parse(env[pointsVariable] ?? '[]') as KillPoint[];
    this.#listFile = env[effectsVariable];
    this.#tearStep = tearStep;
  }

  async effect<Answer>(name: string, kind: Effect['kind'], act: () => Promise<Answer>): Promise<Answer> {
    this.#count += 1;
    this.#haltIf('before', name);
    const endOfWithin = this.#haltWithin(name, kind);
    const since = performance.now();
    const answer = await act();
    endOfWithin();
    this.#haltIf('after', name);
    this.#list({ name, kind, milliseconds: performance.now() - since });
    return answer;
  }

  #due(when: KillPoint['when'], name: string): KillPoint | undefined {
    const [next] = this.#points;
    return next?.when === when && [this.#count, name].includes(next.effect) ? next : undefined;
  }

  #haltIf(when: KillPoint['when'], name: string): void {
    if (this.#due(when, name) !== undefined) this.#halt();
  }

  /**
   * Returns a function to call at the end of the effect. If an operation cannot be torn, the kill comes right after it.
   */
  #haltWithin(name: string, kind: Effect['kind']): () => void {
    const point = this.#due('within', name);
    if (point === undefined) return () => undefined;
    const halt = () => {
      if (this.#points[0] === point) this.#halt();
    };
    const timer = kind === 'thread' ? setTimeout(halt, point.milliseconds) : undefined;
    const repair = kind === 'steps' ? this.#tearStep(halt) : undefined;
    return () => {
      clearTimeout(timer);
      repair?.();
      halt();
    };
  }

  #halt(): void {
    this.#points.shift();
    signalItself(this.#points.length === 0 ? 'SIGKILL' : 'SIGSTOP');
  }

  #list(effect: Omit<Effect, 'leaves'>): void {
    if (this.#listFile === undefined) return;
    const leaves = this.#workspace.now();
    appendFileSync(this.#listFile, `${JSON.stringify({ ...effect, leaves })}\n`);
  }
}

/** Kills or halts all threads of this process without any cleanup. */
function signalItself(signal: 'SIGKILL' | 'SIGSTOP'): void {
  process.kill(process.pid, signal);
  if (signal === 'SIGKILL') throw new Error('a process outlived SIGKILL');
}
