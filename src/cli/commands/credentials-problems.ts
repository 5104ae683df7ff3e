import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';

export function needsApproval(name: string): Problem {
  return {
    code: 'ERP-0850',
    what: `Changing the credential ${name} needs explicit approval.`,
    why: 'Clients with the old value are refused afterwards; what uses it now is listed above. Nothing was changed.',
    todo: [{ text: 'To approve', command: sameCommand('--force') }],
    exit: exitCodes.usage,
  };
}

export function unknownCredential(given: string, names: readonly string[]): Problem {
  return {
    code: 'ERP-0103',
    what: `credentials ${given}: not a credential.`,
    why: `They are ${names.join(', ')}.`,
    todo: [{ text: 'Name one of them', command: ['erp-deploy', 'credentials', 'service'] }],
    exit: exitCodes.usage,
  };
}

export const onlyForJwt: Problem = {
  code: 'ERP-0103',
  what: '--finish and --compromised are only for credentials jwt.',
  why: 'Only the key of tokens has an overlap: a role has one password.',
  todo: [{ text: 'Use it with jwt', command: ['erp-deploy', 'credentials', 'jwt', '--finish'] }],
  exit: exitCodes.usage,
};

export function fileExists(path: string): Problem {
  return {
    code: 'ERP-0851',
    what: `${path} exists, and is not overwritten with a password.`,
    why: 'It was named by --password-file.',
    todo: [{ text: 'Name a file that does not exist.' }],
    exit: exitCodes.usage,
  };
}

export const noContainers: Problem = {
  code: 'ERP-0851',
  what: 'There is no container whose credentials could be changed.',
  why: 'The embedded engine has no logins, and the roles of a database URL belong to its administrator.',
  todo: [
    { text: 'Name a production host', command: ['erp-deploy', 'credentials', '--production-host', 'HOST'] },
  ],
  exit: exitCodes.usage,
};

/** @param change its summary */
export function changedMeanwhile(change: string): Problem {
  return {
    code: 'ERP-0853',
    what: `The rotation stopped before: ${change}.`,
    why: 'The file or the ledger was changed by another program in the same moment.',
    todo: [{ text: 'Resume', command: sameCommand() }],
    exit: exitCodes.stepFailed,
  };
}
