import type { Consent } from '../../../src/domain/change.ts';
import type { ExitCode } from '../../../src/domain/problem.ts';
import { Reporter } from '../../../src/engine/reporter.ts';
import { runRollout } from '../../../src/engine/rollout.ts';
import type { RolloutParts } from '../../../src/engine/rollout-parts.ts';
import { type ScriptedFrontEnd, scripted } from '../program/scripted-front-end.ts';
import type { Tiny, TinyStep } from '../program/tiny-steps.ts';
import { type Bench, type BenchOptions, bench, tickingClock } from '../report/bench.ts';

export interface RolloutBench extends Bench {
  readonly frontEnd: ScriptedFrontEnd;
  readonly stop: AbortController;
  run(steps: readonly TinyStep[], how?: Partial<HowToRun>): Promise<ExitCode>;
}

interface HowToRun {
  readonly frontEnd: ScriptedFrontEnd;
  readonly skip: ReadonlyMap<string, string>;
  readonly skippedByFlag: ReadonlySet<string>;
  readonly interactive: boolean;
  readonly given: readonly Consent['flag'][];
  readonly engine: 'embedded' | 'docker';
  readonly withoutLocalTest: string | null;
  readonly moved: RolloutParts<Tiny>['moved'];
}

/** Rolls out tiny steps over a system in memory; repeated calls use the same system. */
export async function rolloutBench(options: BenchOptions & Partial<HowToRun> = {}): Promise<RolloutBench> {
  const world = await bench(options);
  const stop = new AbortController();
  const frontEnd = options.frontEnd ?? scripted();
  return {
    ...world,
    frontEnd,
    stop,
    run: (steps, how = {}) => {
      const {
        skip = new Map(),
        skippedByFlag = new Set<string>(),
        interactive = true,
        given = [],
        engine = 'embedded',
        withoutLocalTest = null,
        moved = null,
      } = { ...options, ...how };
      const parts: RolloutParts<Tiny> = {
        steps,
        allSteps: steps,
        skip,
        skippedByFlag,
        context: { files: world.files },
        executor: world.parts,
        reporter: new Reporter(how.frontEnd ?? frontEnd, tickingClock()),
        signal: stop.signal,
        rollout: 'r1',
        undoes: null,
        moved,
        program: '0.1.0',
        by: 'david@laptop',
        commit: null,
        engine,
        production: null,
        withoutLocalTest,
        consented: ({ flag }) => given.includes(flag),
        interactive,
      };
      return runRollout(parts);
    },
  };
}
