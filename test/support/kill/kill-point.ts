import { appendFileSync } from 'node:fs';
import { FolderState } from '../disk/folder-state.ts';

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
export const pointsVariable = 'ERP_DEPLOY_TEST_KILLS';
export const effectsVariable = 'ERP_DEPLOY_TEST_EFFECTS';
export const contentsVariable = 'ERP_DEPLOY_TEST_CONTENTS';

/** Arranges for the next step on the file system to be torn: `halt` is called when it is half done. Answers what undoes that. */
export type TearStep = (halt: () => void) => () => void;

/** Counts the effects of this process; it stands still at each point that it was told, and ends at the last. */
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

  /** Answers what is to be called at the end: where a step cannot be torn, its last moment is the first one after it. */
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

/** All threads of this process end, or stand still, where they are: nothing is tidied up. */
function signalItself(signal: 'SIGKILL' | 'SIGSTOP'): void {
  process.kill(process.pid, signal);
  if (signal === 'SIGKILL') throw new Error('a process outlived SIGKILL');
}
