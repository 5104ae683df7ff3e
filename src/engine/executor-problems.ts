import { type CommandChange, type RequestChange, shownUrl } from '../domain/change.ts';
import { inWorkspace, workspaceRoot } from '../domain/command-text.ts';
import type { ApiRefusal, FileFault, HttpAnswer, NetworkFault, ProcessResult } from '../domain/ports.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

export function commandFailed(change: CommandChange, result: ProcessResult): Problem {
  const excerpt = result.stderr.trimEnd().split('\n').slice(-10);
  if (change.onFailure !== undefined && !result.notFound) return { ...change.onFailure, excerpt };
  const line = change.argv.map(quoted).join(' ');
  const place = change.host === 'here' ? 'this machine' : 'the production host';
  return {
    code: 'ERP-0410',
    what: result.notFound ? `${change.argv[0]} cannot be run on ${place}.` : `A command failed: ${line}`,
    why: result.notFound
      ? `The change needs it: ${line}`
      : `It ended with ${result.exitCode ?? 'a signal'}; its last lines are below.`,
    todo: [`Run it by hand on ${place}, in ${folderOf(change)}; fix what it says, then run again.`],
    exit: result.notFound ? exitCodes.prerequisite : exitCodes.stepFailed,
    excerpt,
  };
}

/** Returns where a command ran: absolute here, relative to the deployment's folder elsewhere. */
function folderOf({ host, cwd }: CommandChange): string {
  if (host === 'here') return cwd === '.' ? workspaceRoot : inWorkspace(cwd);
  return cwd === '.' ? "the deployment's folder" : `${cwd} of the deployment's folder`;
}

export function requestFailed(change: RequestChange, answer: HttpAnswer): Problem {
  return {
    code: 'ERP-0411',
    what: `${change.method} ${shownUrl(change)} was refused.`,
    why: `The answer was ${answer.status}.`,
    todo: ['Mend what the answer below says, then start again.'],
    exit: exitCodes.stepFailed,
    excerpt: answer.body.split('\n').slice(0, 10),
  };
}

/** What Cloudflare's API said when it refused; its words hold no token. */
export function asRefusal({ status, codes, message, retryAfter }: ApiRefusal): Problem {
  const said = `It answered ${status}${codes.length === 0 ? '' : ` (${codes.join(', ')})`}: ${message}`;
  const again = 'Start again: the world is looked at first, and nothing is done twice.';
  if (status === 429) {
    const wait = retryAfter === null ? 'a few minutes' : `${retryAfter} s (Retry-After)`;
    return {
      code: 'ERP-0657',
      what: 'Cloudflare asks to be asked less often.',
      why: said,
      todo: [`Wait ${wait}.`, again],
      exit: exitCodes.stepFailed,
    };
  }
  if (status === 401 || status === 403) {
    return {
      code: 'ERP-0656',
      what: "Cloudflare's API does not take the token for this.",
      why: said,
      todo: [
        'Look at the token: https://dash.cloudflare.com/profile/api-tokens',
        'It wants Zone:Read and DNS:Edit on the zone, and Cloudflare Tunnel:Edit on the account.',
      ],
      exit: exitCodes.prerequisite,
    };
  }
  return {
    code: 'ERP-0655',
    what: "Cloudflare's API failed.",
    why: said,
    todo: ['See whether it is known: https://www.cloudflarestatus.com', again],
    exit: exitCodes.stepFailed,
  };
}

/** @param shown what the documents in between held, as far as somebody knows */
export function overwritten(
  change: RequestChange,
  before: number,
  now: number | null,
  shown: string,
): Problem {
  return {
    code: 'ERP-0658',
    what: `Somebody else changed the tunnel's configuration at the same moment (${change.summary ?? shownUrl(change)}).`,
    why: `It had version ${before}, and has ${now ?? 'none'} now, where ${before + 1} was expected: what was written in between is overwritten.`,
    todo: [
      'What cloudflared was sent meanwhile is below, oldest first: put back what is missing, in the dashboard.',
      'Start again: the route of this roll-out is looked for first.',
    ],
    exit: exitCodes.stepFailed,
    excerpt: shown.trim() === '' ? ['(the log of cloudflared does not show it)'] : shown.trim().split('\n'),
  };
}

export function noAnswer(fault: NetworkFault): Problem {
  return {
    code: 'ERP-0412',
    what: `No answer came from ${fault.url}.`,
    why: `The network said: ${fault.code}. A request that changes something may have arrived all the same.`,
    todo: ['Look whether this machine reaches it, and start again: the world is looked at first.'],
    exit: exitCodes.stepFailed,
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there (ENOENT)',
  EACCES: 'this user has no right to (EACCES)',
  EPERM: 'the system does not permit it (EPERM)',
  EROFS: 'the file system is read-only (EROFS)',
  ENOSPC: 'the disk is full (ENOSPC)',
  EDQUOT: "this user's quota is used up (EDQUOT)",
  ENOTDIR: 'a part of the path is no folder (ENOTDIR)',
  EISDIR: 'a folder of that name is there (EISDIR)',
  EXDEV: 'source and target are on different file systems (EXDEV)',
  EILSEQ: 'it is not UTF-8 text (EILSEQ)',
  EIO: 'the disk reported an error (EIO)',
  EMFILE: 'too many files are open (EMFILE)',
  EFBIG: 'it is too large (EFBIG)',
  ENODATA: 'no process writes to this pipe (ENODATA)',
};

/** Returns what the system's answer means, with its name. */
export function reasonOf(errno: string): string {
  return reasons[errno] ?? errno;
}

/** The fault's path is relative to the workspace, or to the deployment's folder on a host; so are the commands. */
export function fileProblem(fault: FileFault): Problem {
  const full = isFull(fault);
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(fault.errno);
  return {
    code: full ? 'ERP-0402' : 'ERP-0401',
    what: `Could not ${fault.operation} ${fault.path === '.' ? '"."' : fault.path}.`,
    why: `${fault.host === undefined ? 'In the workspace' : `On ${fault.host}`}, ${reasonOf(fault.errno)}.`,
    todo: full
      ? [
          fault.host === undefined
            ? 'Make room in the workspace: df -h .'
            : `Make room there: ssh ${quoted(fault.host)} df -h`,
          'Start again: nothing was left half done, and it goes on from there.',
        ]
      : [
          `Look at it, in ${fault.host === undefined ? 'the workspace' : `the deployment's folder on ${fault.host}`}: ls -ld . ${quoted(fault.path)}`,
          'Mend it, and start again.',
        ],
    exit: denied ? exitCodes.prerequisite : exitCodes.stepFailed,
  };
}

function isFull(fault: FileFault): boolean {
  return fault.errno === 'ENOSPC' || fault.errno === 'EDQUOT';
}
