import type { Stack } from '../../containers/stack.ts';
import { sameCommand } from '../../domain/command-text.ts';
import { exitCodes, type Problem } from '../../domain/problem.ts';
import type { PsqlRole } from '../../domain/psql-role.ts';

export function roleNeedsForce(role: PsqlRole): Problem {
  return {
    code: 'ERP-0140',
    what: `psql as ${role} needs explicit approval.`,
    why: `${role} can change rows${role === 'erp_admin' ? ', drop tables and change roles' : ''}; the default role can only read.`,
    todo: [{ text: 'To approve', command: sameCommand('--force') }],
    exit: exitCodes.usage,
  };
}

/** @param kind the target that has no container of ours */
export function noContainer(kind: 'url' | 'embedded'): Problem {
  const isUrl = kind === 'url';
  return {
    code: 'ERP-0141',
    what: 'There is no container whose database psql could open.',
    why: isUrl
      ? 'Production is a database URL, whose login only you have; erp-deploy makes no role there.'
      : 'The local test uses the embedded engine, which is not a server.',
    todo: [
      isUrl
        ? { text: 'Run psql yourself', command: ['psql', 'URL'] }
        : { text: 'Name a production host', command: ['erp-deploy', 'psql', '--production-host', 'HOST'] },
    ],
    exit: exitCodes.usage,
  };
}

export function databaseStopped({ host, containers }: Stack): Problem {
  return {
    code: 'ERP-0142',
    what: `The container ${containers.database.name} does not run on ${host.name}.`,
    why: 'psql needs a running database.',
    todo: [{ text: 'Start it', command: ['erp-deploy', 'run'] }],
    exit: exitCodes.prerequisite,
  };
}

export function noPassword({ host, folder }: Stack, role: PsqlRole): Problem {
  const production = host.id === 'production';
  return {
    code: 'ERP-0142',
    what: `The password for ${role} is missing in ${folder}/.env on ${host.name}.`,
    why: 'erp-deploy logs in with the passwords from that file.',
    todo: [
      {
        text: 'Complete the file',
        command: ['erp-deploy', 'run', '--phase', production ? 'production' : 'prepare'],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noPsql(program: string): Problem {
  return {
    code: 'ERP-0142',
    what: `The program ${program} is not installed.`,
    why: 'It was there a moment ago, or it is not in PATH.',
    todo: [{ text: 'Install it (on Debian: postgresql-client), then run again.' }],
    exit: exitCodes.prerequisite,
  };
}

export const noTerminalThere: Problem = {
  code: 'ERP-0142',
  what: 'The program psql is not installed on this machine.',
  why: 'On a terminal, erp-deploy connects your own psql to the production host.',
  todo: [
    { text: 'Install it (on Debian: postgresql-client), then run again.' },
    { text: "Or run one statement with the container's psql", command: ['erp-deploy', 'psql', 'SQL'] },
  ],
  exit: exitCodes.prerequisite,
};

/** @param exitCode of psql; null if a signal ended it */
export function psqlFailed(exitCode: number | null): Problem {
  const reasons: Readonly<Record<number, string>> = {
    1: 'A statement failed, or the input could not be read.',
    2: 'It could not log in, or the connection was lost.',
    3: 'A statement failed.',
  };
  return {
    code: 'ERP-0143',
    what: `psql ended with ${exitCode ?? 'a signal'}.`,
    why:
      exitCode === null ? 'It was ended from outside.' : (reasons[exitCode] ?? 'Its own message is above.'),
    todo: [
      { text: 'Read the message of psql above.' },
      { text: 'If the log-in was refused, let a run correct the role', command: ['erp-deploy', 'run'] },
    ],
    exit: exitCodes.stepFailed,
  };
}
