import {
  type NoticeSubject,
  noticeFault,
  noticeVariable,
  RolloutNotices,
} from '../../completion/rollout-notices.ts';
import { type ExitCode, exitCodes, ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import type { CommandParts } from './command.ts';
import type { OpenWorkspace } from './workspace.ts';

type Rollout = Pick<NoticeSubject, 'by' | 'commit' | 'resumes'> & { readonly production: string | null };

function addressIn({ env }: CommandParts): Secret | null {
  const url = env[noticeVariable];
  return url === undefined || url === '' ? null : new Secret(url);
}

/**
 * Returns the address for notices; null if it is not set.
 * @throws ProblemError (exit 2) if it cannot be used
 */
export function noticeAddress(parts: CommandParts): Secret | null {
  const address = addressIn(parts);
  const fault = address === null ? null : noticeFault(address);
  if (fault !== null) throw new ProblemError(fault);
  return address;
}

/** Runs a rollout, and posts notices about it if an address for them is set and production is configured. */
export async function withNotices(
  parts: CommandParts,
  { config }: OpenWorkspace,
  { by, commit, resumes, production }: Rollout,
  act: () => Promise<ExitCode>,
): Promise<ExitCode> {
  const address = addressIn(parts);
  if (address === null || production === null) return act();
  const { reporter, adapters } = parts;
  const subject = { project: config.project, production, by, commit, resumes };
  const warn = (text: string) => reporter.emit({ type: 'note', level: 'warning', text });
  const notices = new RolloutNotices(adapters.http(), address, subject, warn);
  reporter.observe((event) => notices.observe(event));
  let exit: ExitCode = exitCodes.bug;
  try {
    exit = await act();
    return exit;
  } finally {
    await notices.ended(exit);
  }
}
