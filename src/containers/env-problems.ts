import type { EnvFault } from '../config/env-value.ts';
import { inWorkspace } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { layout } from '../workspace/layout.ts';

/** Returns lines and reasons, never a value. */
export function envInvalid(path: string, faults: readonly EnvFault[]): Problem {
  return {
    code: 'ERP-0320',
    what: `${path} has ${faults.length} ${faults.length === 1 ? 'line' : 'lines'} that must be fixed.`,
    why: 'docker compose v1, v2 and a shell would read different secrets or none, or a secret is weak. erp-deploy never changes existing values.',
    todo: [
      ...faults.map(({ line, reason, fix }) => ({ text: `Line ${line}: ${reason}; ${fix}.` })),
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function envTracked(): Problem {
  return {
    code: 'ERP-0321',
    what: `${layout.env} is tracked by git.`,
    why: 'Its secrets are copied with the repository; if they were pushed, they must count as public.',
    todo: [
      {
        text: 'Remove it from the index, but keep the file',
        command: ['git', '-C', inWorkspace('.'), 'rm', '--cached', layout.env],
      },
      { text: 'If it was ever pushed, replace its secrets.' },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function databaseWithoutEnv(path: string, data: string): Problem {
  return {
    code: 'ERP-0322',
    what: `${data} already contains a database, but ${path} is missing.`,
    why: 'A new password would not match: the image applies the one in .env only if its folder is empty.',
    todo: [{ text: `Restore the .env that belongs to this database: ${path}` }, { text: 'Then run again.' }],
    exit: exitCodes.prerequisite,
  };
}
