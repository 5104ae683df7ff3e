import { sameCommand } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { layout } from '../workspace/layout.ts';
import type { Stack } from './stack.ts';

const nothingChanged = 'Nothing was changed.';

export function databaseStopped({ host, containers }: Stack): Problem {
  return {
    code: 'ERP-0556',
    what: `The database ${containers.database.name} on ${host.name} does not run.`,
    why: `An upgrade copies a running database. ${nothingChanged}`,
    todo: [{ text: 'Start it', command: ['erp-deploy', 'run'] }, { text: 'Then run again.' }],
    exit: exitCodes.prerequisite,
  };
}

export function notNewer(image: string, after: string | null, before: string): Problem {
  return {
    code: 'ERP-0557',
    what: `${image} is no newer major version of PostgreSQL than ${before}.`,
    why:
      after === null
        ? `The image does not name its version (PG_MAJOR). ${nothingChanged}`
        : `It has PostgreSQL ${after}, and the database runs ${before}. ${nothingChanged}`,
    todo: [
      {
        text: `Set containers.database.image, or the image in ${layout.compose}, to one of a newer version.`,
      },
      { text: 'For another image of the same version', command: ['erp-deploy', 'run'] },
    ],
    exit: exitCodes.prerequisite,
  };
}

/** Images of PostgreSQL 18 and later store the data in another folder by default. */
export function dataElsewhere(image: string, folder: string): Problem {
  return {
    code: 'ERP-0558',
    what: `${image} would not use data/: it stores its data in ${folder}.`,
    why: `The compose file mounts data/ at /var/lib/postgresql/data. ${nothingChanged}`,
    todo: [
      {
        text: `Add this line under environment of postgres-erp in ${layout.compose}: PGDATA: /var/lib/postgresql/data`,
      },
      { text: 'Then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function otherDatabases({ host, containers }: Stack, names: readonly string[]): Problem {
  return {
    code: 'ERP-0559',
    what: `The server ${containers.database.name} on ${host.name} has other databases: ${names.join(', ')}.`,
    why: `An upgrade compares only the database of the deployment, so it copies no others. ${nothingChanged}`,
    todo: [{ text: 'Move them to a server of their own, or drop them; then run again.' }],
    exit: exitCodes.prerequisite,
  };
}

export function needsUpgradeApproval(plan: readonly string[]): Problem {
  return {
    code: 'ERP-0616',
    what: 'An upgrade to another major version of PostgreSQL needs explicit approval.',
    why: `It restarts the database, and nothing can write to it while it is copied. ${nothingChanged}`,
    todo: [{ text: 'To approve', command: sameCommand('--upgrade-major') }],
    exit: exitCodes.usage,
    excerpt: plan,
  };
}

/** The problem of a copy that could not be made. */
export function copyFailed({ host }: Stack): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0617',
    what: `The database on ${host.name} could not be copied into a server of the new version.`,
    why: 'The old database is unchanged, and still runs. The error is below.',
    todo: [{ text: 'Fix the cause, then run again.' }],
    exit: exitCodes.stepFailed,
  };
}

/** The problem of a switch that has to be completed before anything else. */
export function switchUnfinished({ host }: Stack): Problem {
  return {
    code: 'ERP-0618',
    what: `An upgrade of the database on ${host.name} was interrupted while it switched to the new version.`,
    why: 'The copy was complete and compared. Until the switch is completed, the database cannot be started.',
    todo: [{ text: 'Complete it', command: ['erp-deploy', 'upgrade', '--upgrade-major'] }],
    exit: exitCodes.prerequisite,
  };
}

export function switchFailed(stack: Stack): Omit<Problem, 'excerpt'> {
  return {
    ...switchUnfinished(stack),
    what: `The switch to the new version on ${stack.host.name} failed. The error is below.`,
    why: 'If it has begun, the same command completes it; otherwise the old database is unchanged.',
    exit: exitCodes.stepFailed,
  };
}

export function copyDiffers({ host }: Stack, differences: readonly string[]): Problem {
  return {
    code: 'ERP-0619',
    what: `The copy of the database on ${host.name} in the new version differs from it.`,
    why: `${differences.length} differences are listed below. The copy was removed; the old database is unchanged, and still runs.`,
    todo: [{ text: 'Remove what the new version does not support, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: differences.slice(0, 20),
  };
}
