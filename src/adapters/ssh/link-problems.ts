import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { quoted } from '../../domain/show-change.ts';

export function linkLost(name: string, reason: string): Problem {
  return {
    code: 'ERP-0710',
    what: `The SSH connection to ${name} was lost.`,
    why: `${reason}. What was under way there may have been done, in part or whole.`,
    todo: ['Start again: what is done is seen, and the rest is done then.'],
    exit: exitCodes.stepFailed,
  };
}

export function tooSlow(name: string, command: string, milliseconds: number, silent: boolean): Problem {
  const time = `${Math.round(milliseconds / 1000)} s`;
  return {
    code: 'ERP-0711',
    what: `A command on ${name} takes too long: ${command}`,
    why: silent
      ? `It printed nothing for ${time}, and was ended.`
      : `It took longer than ${time}, and was ended.`,
    todo: ['Run it there by hand, and see what it waits for.', 'Then start again.'],
    exit: exitCodes.stepFailed,
  };
}

export function noSession(name: string, reason: string): Problem {
  return {
    code: 'ERP-0712',
    what: `${name} lets no command run.`,
    why: reason,
    todo: [`Try it: ssh ${quoted(name)} true`, 'See MaxSessions, ForceCommand and the log of its sshd.'],
    exit: exitCodes.prerequisite,
  };
}

export function foreignShell(name: string, printed: string): Problem {
  return {
    code: 'ERP-0713',
    what: `The login shell on ${name} does not run commands as it should.`,
    why: 'It ended before /bin/sh was reached; what it printed is below.',
    todo: [
      `Try it: ssh ${quoted(name)} /bin/sh -c true`,
      'See the shell of the user, and what its start-up files do.',
    ],
    exit: exitCodes.prerequisite,
    excerpt: lastLines(printed),
  };
}

export function noSftp(name: string): Problem {
  return {
    code: 'ERP-0714',
    what: `${name} has no sftp that answers.`,
    why: 'Files travel by it. Its sshd has none, or a start-up file of the login shell prints something in between.',
    todo: [
      `See whether this prints anything, which it must not: ssh ${quoted(name)} true`,
      'Give its sshd_config the line, instead of the one that is there: Subsystem sftp internal-sftp',
      'Then reload sshd: that one is of its own, and starts no shell.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noWayAround(name: string, port: number, way: string): Problem {
  return {
    code: 'ERP-0715',
    what: `Port ${port} on ${name} cannot be reached.`,
    why: `Its sshd forbids forwarding, and the way around it (${way}) does not run.`,
    todo: [
      'Allow it for this user in sshd_config: AllowTcpForwarding local',
      `Or let this run there: ${way}`,
    ],
    exit: exitCodes.prerequisite,
  };
}

function lastLines(said: string): readonly string[] {
  return said.trim().split('\n').slice(-10);
}

/** Another rollout took the lock over while this one slept, or was cut off. */
const lockLostCode = 'ERP-0720';

export function lockLost(name: string): Problem {
  return {
    code: lockLostCode,
    what: `This rollout no longer holds the lock on ${name}.`,
    why: 'Another rollout took it over, or it was removed; nothing more is changed from here.',
    todo: [
      `See who has it: erp-deploy unlock --production-host ${quoted(name)}`,
      'When they are done, run again.',
    ],
    exit: exitCodes.locked,
  };
}

export const isLockLost = (error: unknown): boolean =>
  error instanceof ProblemError && error.problems[0].code === lockLostCode;
