import { ApiRefusal, FileFault, NetworkFault } from '../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { DatabaseError, EngineCrash } from '../domain/session.ts';
import { asRefusal, fileProblem, noAnswer } from './executor-problems.ts';

/**
 * What went wrong in the world, as a problem.
 * @throws the error itself where it is none of the world's: then it is a bug, and shows its stack
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problems[0];
  if (error instanceof FileFault) return fileProblem(error);
  if (error instanceof NetworkFault) return noAnswer(error);
  if (error instanceof ApiRefusal) return asRefusal(error);
  if (error instanceof DatabaseError) return databaseProblem(error);
  if (error instanceof EngineCrash) return crashProblem(error);
  throw error;
}

function databaseProblem({ fault }: DatabaseError): Problem {
  return {
    code: 'ERP-0501',
    what: `PostgreSQL refused: ${fault.message} (${fault.code}).`,
    why: fault.hint ?? 'That is all that the server said.',
    todo: ['Mend what it names, and start again.'],
    exit: exitCodes.stepFailed,
  };
}

function crashProblem(error: EngineCrash): Problem {
  return {
    code: 'ERP-0502',
    what: 'The embedded PostgreSQL stopped.',
    why: `Most often its disk is full, or it ran out of memory (it takes about 0.5 GB). It said: ${firstLine(error)}`,
    todo: [
      'Look at the disk and the memory: df -h . ; free -h',
      'Start again: what was committed is kept.',
      'If it stops again, begin the local test anew (nothing of production lies there): rm -r .erp-deploy/embedded .erp-deploy/embedded.json',
    ],
    exit: exitCodes.stepFailed,
  };
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? '';
}
