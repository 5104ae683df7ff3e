import { sameCommand } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';

export function noEnv(path: string, host: string): Problem {
  return {
    code: 'ERP-0852',
    what: `${path} does not exist on ${host}.`,
    why: 'A rotation reads and writes the passwords in that file.',
    todo: [{ text: 'Roll out first', command: ['erp-deploy', 'run'] }],
    exit: exitCodes.prerequisite,
  };
}

/** @param what the check that failed, as a sentence without its end */
export function notProven(what: string): Problem {
  return {
    code: 'ERP-0853',
    what: `The rotation is not finished: ${what}.`,
    why: 'The new value stays in .env under a key that ends with _PENDING or _OLD, and the rotation can be resumed.',
    todo: [
      { text: 'Read the log of the API', command: ['erp-deploy', 'logs', 'api'] },
      { text: 'Then resume', command: sameCommand() },
    ],
    exit: exitCodes.stepFailed,
  };
}

export const overlapIsOpen: Problem = {
  code: 'ERP-0854',
  what: 'The key that signs tokens has an old one beside it already.',
  why: 'Another rotation would end the overlap of the first, and refuse tokens of its old key.',
  todo: [
    { text: 'End the overlap', command: ['erp-deploy', 'credentials', 'jwt', '--finish', '--force'] },
    { text: 'Then run again.' },
  ],
  exit: exitCodes.usage,
};

export const nothingToFinish: Problem = {
  code: 'ERP-0854',
  what: 'There is no rotation of the key to finish.',
  why: 'POSTGREST_JWT_SECRET in .env is a single key.',
  todo: [{ text: 'Begin one', command: ['erp-deploy', 'credentials', 'jwt'] }],
  exit: exitCodes.usage,
};
