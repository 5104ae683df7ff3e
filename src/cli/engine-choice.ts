import type { Config } from '../config/config.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Recorded } from '../engine/journal.ts';

export interface EngineChoice {
  readonly engine: 'embedded';
  readonly reason: string;
}

/**
 * Where the local test runs. Decided once per roll-out: an unfinished one keeps its engine.
 * @throws ProblemError (exit 3) for an engine that this version does not have
 */
export function chooseEngine(config: Config, recorded: Recorded): EngineChoice {
  if (config.engine === 'docker') throw new ProblemError(noDocker());
  if (config.engine === 'embedded') return { engine: 'embedded', reason: 'as asked' };
  if (recorded.unfinished !== null) return { engine: 'embedded', reason: 'as the unfinished roll-out began' };
  return { engine: 'embedded', reason: 'this version has no other' };
}

function noDocker(): Problem {
  return {
    code: 'ERP-0311',
    what: 'This version of erp-deploy does not run the local test on Docker.',
    why: 'It has the embedded engine alone.',
    todo: ['Use that one: --engine embedded'],
    exit: exitCodes.prerequisite,
  };
}

/** @throws ProblemError (exit 3) where a roll-out to production is asked of a version that has none */
export function refuseProduction(config: Config): void {
  const { host, databaseUrl } = config.production;
  if (host === undefined && databaseUrl === undefined) return;
  throw new ProblemError({
    code: 'ERP-0312',
    what: 'This version of erp-deploy does not roll out to production.',
    why: 'A production host or database URL is configured, and doing less than that in silence would mislead.',
    todo: [
      'Leave it out, and run prepare and the local test.',
      'Check that database: erp-deploy validate --database-url URL',
    ],
    exit: exitCodes.prerequisite,
  });
}
