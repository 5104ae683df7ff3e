import { isAbsolute } from 'node:path';
import { type CommandChange, type RequestChange, shownUrl } from '../domain/change.ts';
import { inWorkspace } from '../domain/command-text.ts';
import type { FileFault } from '../domain/ports/files.ts';
import type { ProcessResult } from '../domain/ports/host.ts';
import type { HttpAnswer, NetworkFault } from '../domain/ports/http.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

export function commandFailed(change: CommandChange, result: ProcessResult): Problem {
  // Some programs report errors on stdout: openspec does so with --json.
  const output = result.stderr.trim() === '' ? result.stdout : result.stderr;
  const excerpt = output.trimEnd().split('\n').slice(-10);
  if (change.onFailure !== undefined && !result.notFound) return { ...change.onFailure, excerpt };
  const line = change.argv.map(quoted).join(' ');
  const host = change.host === 'here' ? 'this machine' : 'the production host';
  return {
    code: 'ERP-0410',
    what: result.notFound ? `${change.argv[0]} cannot be run on ${host}.` : `A command failed: ${line}`,
    why: result.notFound
      ? `This command needs it: ${line}`
      : `It ended with ${result.exitCode === null ? 'a signal' : `exit code ${result.exitCode}`}; its last lines are below.`,
    todo: [
      { text: `Run it by hand on ${host}, in ${folderOf(change)}; fix the reported error, then run again.` },
    ],
    exit: result.notFound ? exitCodes.prerequisite : exitCodes.stepFailed,
    excerpt,
  };
}

/**
 * Returns the folder that a command ran in: absolute on this machine, relative to the deployment's folder elsewhere.
 */
function folderOf({ host, cwd }: CommandChange): string {
  if (host === 'here') return cwd === '.' ? 'the workspace' : `${cwd} of the workspace`;
  return cwd === '.' ? "the deployment's folder" : `${cwd} of the deployment's folder`;
}

export function requestFailed(change: RequestChange, answer: HttpAnswer): Problem {
  return {
    code: 'ERP-0411',
    what: `${change.method} ${shownUrl(change)} was refused.`,
    why: `The server responded with HTTP status ${answer.status}.`,
    todo: [{ text: 'Fix the cause that the response below names, then run again.' }],
    exit: exitCodes.stepFailed,
    excerpt: answer.body.split('\n').slice(0, 10),
  };
}

const runAgain = { text: 'Run again: erp-deploy checks the actual state first and repeats nothing.' };

export function noAnswer(fault: NetworkFault): Problem {
  return {
    code: 'ERP-0412',
    what: `No response from ${fault.url}.`,
    why: `The network reported ${fault.code}. A request that changes something may still have been received.`,
    todo: [{ text: 'Check that this machine can reach it.' }, runAgain],
    exit: exitCodes.stepFailed,
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory (ENOENT)',
  EACCES: 'permission denied (EACCES)',
  EPERM: 'operation not permitted (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: 'disk quota exceeded (EDQUOT)',
  ENOTDIR: 'part of the path is not a directory (ENOTDIR)',
  EISDIR: 'a directory of that name exists (EISDIR)',
  EXDEV: 'source and target are on different file systems (EXDEV)',
  EILSEQ: 'it is not UTF-8 text (EILSEQ)',
  EIO: 'the disk reported an error (EIO)',
  EMFILE: 'too many files are open (EMFILE)',
  EFBIG: 'it is too large (EFBIG): erp-deploy reads 64 MB at most, of the journal and a log 256 MB',
  EINVAL: 'it is not a regular file (EINVAL)',
  ENODATA: 'no process writes to this pipe (ENODATA)',
};

/** Returns the meaning of an error code of the system, followed by the code. */
export function reasonOf(errno: string): string {
  return reasons[errno] ?? errno;
}

/**
 * Returns the problem for a file; its path and commands are relative to the workspace, or to the host's deployment
 * folder.
 */
export function fileProblem(fault: FileFault): Problem {
  const full = isFull(fault);
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(fault.errno);
  return {
    code: full ? 'ERP-0402' : 'ERP-0401',
    what: `Could not ${fault.operation} ${fault.path === '.' ? '"."' : fault.path}.`,
    why: `${fault.host === undefined ? 'In the workspace' : `On ${fault.host}`}, ${reasonOf(fault.errno)}.`,
    todo: full
      ? [
          {
            text: 'Free some space; this shows what is left',
            command:
              fault.host === undefined ? ['df', '-h', inWorkspace('.')] : ['ssh', fault.host, 'df', '-h'],
          },
          { text: 'Run again: nothing was left half done, and the rollout resumes.' },
        ]
      : [
          {
            text:
              fault.host === undefined
                ? 'Inspect it'
                : `Inspect it, in the deployment's folder on ${fault.host}`,
            command:
              fault.host === undefined
                ? [
                    'ls',
                    '-ld',
                    inWorkspace('.'),
                    isAbsolute(fault.path) ? fault.path : inWorkspace(fault.path),
                  ]
                : ['ls', '-ld', '.', fault.path],
          },
          { text: 'Fix the cause, then run again.' },
        ],
    exit: denied ? exitCodes.prerequisite : exitCodes.stepFailed,
  };
}

function isFull(fault: FileFault): boolean {
  return fault.errno === 'ENOSPC' || fault.errno === 'EDQUOT';
}
