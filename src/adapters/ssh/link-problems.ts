import { exitCodes, type Problem } from '../../domain/problem.ts';

export function linkLost(name: string, reason: string): Problem {
  return {
    code: 'ERP-0710',
    what: `The SSH connection to ${name} was lost.`,
    why: `${reason}. A command that was running may have completed in part or in full.`,
    todo: [{ text: 'Run again: completed steps are detected, and the rest is done.' }],
    exit: exitCodes.stepFailed,
  };
}

export function timedOut(name: string, command: string, milliseconds: number, silent: boolean): Problem {
  const time = `${Math.round(milliseconds / 1000)} s`;
  return {
    code: 'ERP-0711',
    what: `A command on ${name} timed out: ${command}`,
    why: silent
      ? `It printed nothing for ${time}, and was stopped.`
      : `It took longer than ${time}, and was stopped.`,
    todo: [
      { text: 'Run it manually on the server to see what it waits for.' },
      { text: 'Then run erp-deploy again.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

export function noSession(name: string, reason: string): Problem {
  return {
    code: 'ERP-0712',
    what: `No command can be run on ${name}.`,
    why: reason,
    todo: [
      { text: 'Test it', command: ['ssh', name, 'true'] },
      { text: 'Check MaxSessions and ForceCommand in its sshd_config, and the log of its sshd.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function shellFailed(name: string, output: string): Problem {
  return {
    code: 'ERP-0713',
    what: `The login shell on ${name} does not run commands.`,
    why: 'It ended before it started /bin/sh; its output is below.',
    todo: [
      { text: 'Test it', command: ['ssh', name, '/bin/sh', '-c', 'true'] },
      { text: 'Check the login shell of the user and its start-up files.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: lastLines(output),
  };
}

export function portUnreachable(name: string, port: number, command: string): Problem {
  return {
    code: 'ERP-0715',
    what: `Port ${port} on ${name} cannot be reached.`,
    why: `Its sshd forbids forwarding, and the command used instead (${command}) does not run.`,
    todo: [
      { text: 'Allow forwarding for this user in sshd_config: AllowTcpForwarding local' },
      { text: `Or make this command available on the server: ${command}` },
    ],
    exit: exitCodes.prerequisite,
  };
}

function lastLines(output: string): readonly string[] {
  return output.trim().split('\n').slice(-10);
}

/** Another rollout took the lock over while this one was suspended or disconnected. */
const lockLostCode = 'ERP-0720';

export function lockLost(name: string): Problem {
  return {
    code: lockLostCode,
    what: `This rollout no longer holds the lock on ${name}.`,
    why: 'Another rollout took it over, or it was removed. This rollout changes nothing more.',
    todo: [
      { text: 'Show who holds it', command: ['erp-deploy', 'unlock', '--production-host', name] },
      { text: 'When that rollout has ended, run again.' },
    ],
    exit: exitCodes.locked,
  };
}
