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

export const nothingToDrill: Problem = {
  ...nothingToBackUp,
  what: 'There is no database whose backups could be restored.',
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

/** @param given its name; undefined for the newest one @param places as messages show them */
export function noBackup(given: string | undefined, places: readonly string[]): Problem {
  return {
    code: 'ERP-0860',
    what: given === undefined ? 'There is no backup to restore.' : `There is no backup ${given}.`,
    why: `It was looked for in ${places.join(', and in ')}. A backup without its manifest does not count.`,
    todo: [{ text: 'Make one', command: ['erp-deploy', 'backup'] }],
    exit: exitCodes.prerequisite,
  };
}

export function drillNotStarted(image: string, output: string): Problem {
  return {
    code: 'ERP-0861',
    what: `A container of ${image} for the drill did not start on this machine.`,
    why: 'A drill restores into a fresh container here, not beside production; the error is below.',
    todo: [
      { text: 'Check the Docker engine of this machine', command: ['erp-deploy', 'doctor'] },
      { text: 'Then run again', command: sameCommand() },
    ],
    exit: exitCodes.prerequisite,
    excerpt: output.trim().split('\n').slice(-5),
  };
}

/** @param lines what is wrong */
export function drillFailed(lines: readonly string[]): Problem {
  return {
    code: 'ERP-0862',
    what: 'The backup could not be restored as its manifest describes it.',
    why: 'What differs is below. Production was not changed, and the container of the drill was removed.',
    todo: [
      { text: 'Make another backup', command: ['erp-deploy', 'backup'] },
      { text: 'And try that one', command: ['erp-deploy', 'restore', '--drill'] },
    ],
    exit: exitCodes.stepFailed,
    excerpt: lines,
  };
}

/** @param folder relative to the workspace */
export function drillElsewhere(folder: string): Problem {
  return {
    code: 'ERP-0630',
    what: `${folder} is a symbolic link that leads elsewhere.`,
    why: "A drill stores a backup there, with production's rows, and removes it at its end.",
    todo: [{ text: 'Remove the link, then run again', command: sameCommand() }],
    exit: exitCodes.prerequisite,
  };
}

export const noServer: Problem = {
  code: 'ERP-0863',
  what: 'There is no server on which a timer could be installed.',
  why: 'A timer runs on a production host. A database URL gives access to the database only.',
  todo: [
    { text: 'Name the production host', command: ['erp-deploy', 'backup', '--production-host', 'HOST'] },
    { text: 'Or start this command from cron on this machine', command: ['erp-deploy', 'backup'] },
  ],
  exit: exitCodes.prerequisite,
};

export const noS3Key: Problem = {
  code: 'ERP-0867',
  what: 'The key for the bucket of backups is missing.',
  why: 'backup.s3 is configured, and AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not in the environment.',
  todo: [
    {
      text: 'Set both in the environment of erp-deploy; a key that may list, read, write and delete in that bucket is enough.',
    },
    { text: 'Then run again', command: sameCommand() },
  ],
  exit: exitCodes.usage,
};

export function noScheduler(host: string): Problem {
  return {
    code: 'ERP-0863',
    what: `${host} has neither systemd, which needs a log-in as root, nor crontab for this user.`,
    why: 'One of them starts the daily backup.',
    todo: [
      { text: 'Install cron on the host (on Debian: cron), then run again', command: sameCommand() },
      { text: 'Or start this command from cron on this machine', command: ['erp-deploy', 'backup'] },
    ],
    exit: exitCodes.prerequisite,
  };
}

/** @param host its name @param isRemoval whether the timer would be removed */
export function timerNeedsApproval(host: string, isRemoval: boolean): Problem {
  return {
    code: 'ERP-0864',
    what: `${isRemoval ? 'Removing' : 'Installing'} the timer on ${host} needs explicit approval.`,
    why: 'Its files are shown above. Nothing was changed.',
    todo: [{ text: 'To approve', command: sameCommand('--force') }],
    exit: exitCodes.usage,
  };
}

export function timerFailed(host: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0865',
    what: `The timer on ${host} could not be changed.`,
    why: 'The error is below. The command can be repeated.',
    todo: [{ text: 'Fix the cause, then run again', command: sameCommand() }],
    exit: exitCodes.stepFailed,
  };
}

/** @param recipient the public key */
export function needsIdentity(name: string, recipient: string): Problem {
  return {
    code: 'ERP-0868',
    what: `The copy of ${name} is encrypted to ${recipient}.`,
    why: 'Its private key is needed to restore it. It belongs neither on the server nor beside the copies.',
    todo: [{ text: 'Name the file with the private key', command: sameCommand('--identity', 'FILE') }],
    exit: exitCodes.usage,
  };
}

/** @param why an error of the system, or its permissions */
export function unusableIdentity(file: string, why: string): Problem {
  return {
    code: 'ERP-0868',
    what: `The identity file ${file} cannot be used: ${why}.`,
    why: 'It is named by --identity, and contains a private key, so that only its owner may read it.',
    todo: [{ text: 'Check it', command: ['ls', '-l', file] }],
    exit: exitCodes.usage,
  };
}
