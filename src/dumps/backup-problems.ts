import { sameCommand } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';

export const nothingToBackUp: Problem = {
  code: 'ERP-0855',
  what: 'There is no database to back up.',
  why: 'Production is not configured, and the local test runs on the embedded engine, which contains no data of yours.',
  todo: [
    { text: 'Name the production host', command: ['erp-deploy', 'backup', '--production-host', 'HOST'] },
    { text: 'Or name the database', command: ['erp-deploy', 'backup', '--database-url', 'URL'] },
  ],
  exit: exitCodes.prerequisite,
};

/** @param name of the database */
export function notUp(name: string): Problem {
  return {
    code: 'ERP-0855',
    what: `There is no backup of ${name}: it does not run.`,
    why: 'A backup is a dump of the running database.',
    todo: [
      { text: 'Check what is deployed', command: ['erp-deploy', 'status'] },
      { text: 'Start it, then run again', command: sameCommand() },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function backupFailed(name: string, output: string): Problem {
  return {
    code: 'ERP-0856',
    what: `A backup of ${name} could not be made.`,
    why: 'The error is below. Earlier backups were kept, and what was written of this one does not count.',
    todo: [{ text: 'Fix the cause (most often a full disk), then run again', command: sameCommand() }],
    exit: exitCodes.stepFailed,
    excerpt: output.trim().split('\n').slice(-5),
  };
}

export function backupRuns(name: string): Problem {
  return {
    code: 'ERP-0857',
    what: `Another backup of ${name} is being made.`,
    why: 'Only one is made at a time: the timer of the server or another operator began one.',
    todo: [{ text: 'Wait until it has ended, then run again', command: sameCommand() }],
    exit: exitCodes.locked,
  };
}

/** @param file its name @param why without a full stop */
export function copyFailed(file: string, host: string, why: string): Problem {
  return {
    code: 'ERP-0858',
    what: `${file} could not be copied from ${host}.`,
    why: `${why}. The backup beside the database was not changed, and an incomplete copy does not count.`,
    todo: [{ text: 'Make another backup, and copy it', command: sameCommand() }],
    exit: exitCodes.stepFailed,
  };
}

/** @param path with its place */
export function unreadableManifest(path: string): Problem {
  return {
    code: 'ERP-0859',
    what: `${path} is not a manifest that this version of erp-deploy can read.`,
    why: 'A newer version wrote it, or it was changed. The dump beside it may be valid, but nothing says so.',
    todo: [{ text: 'Use the version that wrote it, or move the files of that backup elsewhere.' }],
    exit: exitCodes.stepFailed,
  };
}
