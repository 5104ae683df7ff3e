import type { EnvFault } from '../config/env-value.ts';
import { workspaceRoot } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { layout } from '../workspace/layout.ts';

/** Lines and reasons, never a value. */
export function envUnsound(path: string, faults: readonly EnvFault[]): Problem {
  return {
    code: 'ERP-0320',
    what: `${path} has ${faults.length} ${faults.length === 1 ? 'line' : 'lines'} that not every reader takes alike.`,
    why: 'docker compose v1, v2 and a shell would see different secrets, or none; erp-deploy does not guess, and never changes what is there.',
    todo: [...faults.map(({ line, reason, fix }) => `Line ${line}: ${reason}; ${fix}.`), 'Then start again.'],
    exit: exitCodes.prerequisite,
  };
}

export function envTracked(): Problem {
  return {
    code: 'ERP-0321',
    what: `${layout.env} is tracked by git.`,
    why: 'Its secrets go wherever the repository goes; what was pushed must count as known.',
    todo: [
      `Take it out of the index, and keep the file: git -C ${workspaceRoot} rm --cached ${layout.env}`,
      'If it was ever pushed, replace its secrets.',
      'Then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function databaseWithoutEnv(path: string, data: string): Problem {
  return {
    code: 'ERP-0322',
    what: `${data} holds a database already, and ${path} is missing.`,
    why: 'A new password would not fit: PostgreSQL takes the one in .env only when its folder is empty.',
    todo: [`Bring back the .env that belongs to this database: ${path}`, 'Then start again.'],
    exit: exitCodes.prerequisite,
  };
}
