import { postNotice } from '../../completion/post-notice.ts';
import { type Alarm, changedAlarms, type KnownAlarm } from '../../domain/alarm.ts';
import { type ExitCode, exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Secret } from '../../domain/secret.ts';
import { notTogether } from '../../engine/saved-plan/problems.ts';
import { notConfigured } from '../../targets/production.ts';
import { missedBackupAlarms } from '../wiring/backup-check.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { exitFor, productionAlarms } from '../wiring/production-alarms.ts';
import { readWatchState, writeWatchState } from '../wiring/watch-state.ts';
import { noticeAddress } from '../wiring/with-notices.ts';
import {
  contextOf,
  type OpenWorkspace,
  openWorkspace,
  recordedIn,
  tellStarted,
} from '../wiring/workspace.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

/**
 * Checks only production, and looks at no engine of this machine: for a schedule. With --quiet or --notify-on-change it
 * reports only what changed since the last such check, which the workspace keeps.
 */
export const productionStatus: Execute = async (parts) => {
  const { flags } = parts;
  if (flags.recorded)
    throw new ProblemError(notTogether('--recorded', ['--production-only'], '--recorded checks nothing.'));
  const address = flags.notifyOnChange ? requiredAddress(parts) : null;
  const recorded = await recordedIn(parts, workspacePorts(parts, flags.workspace));
  const open = await openedFor(parts, recorded.engine ?? 'embedded');
  try {
    return await watch(parts, open, recorded, address);
  } finally {
    await open.ports.close();
  }
};

/** Opens the workspace without asking for a Docker engine of this machine. */
async function openedFor(parts: CommandParts, engine: 'embedded' | 'docker'): Promise<OpenWorkspace> {
  const embedded = { ...parts, flags: { ...parts.flags, engine: 'embedded' as const } };
  const { steps, ...open } = await openWorkspace(embedded);
  open.ports.local.database.ignore();
  return {
    ...open,
    steps: steps.filter(({ phase }) => phase === 'production' || phase === 'cloudflare'),
    choice: { engine, reason: 'not checked, because only production is' },
  };
}

async function watch(
  parts: CommandParts,
  open: OpenWorkspace,
  recorded: Awaited<ReturnType<typeof recordedIn>>,
  address: Secret | null,
): Promise<ExitCode> {
  const { flags, reporter, adapters } = parts;
  const { production, files } = open.ports;
  if (production === null) throw new ProblemError(nothingToWatch(notConfigured));
  if (!open.steps.some(({ id }) => recorded.lastVerified(id) !== undefined))
    throw new ProblemError(nothingToWatch('the journal of this workspace has no rollout to production'));
  if (!flags.quiet) tellStarted(parts, open, recorded.unfinished !== null);
  const last = await readWatchState(files);
  const context = contextOf(parts, open, () => recorded);
  const found = await productionAlarms({
    production,
    steps: open.steps,
    skip: open.skip,
    context,
    recorded,
    adapters,
    backups: () => missedBackupAlarms(parts, context),
    isKnown: (key) => [...last.printed, ...last.posted].some((one) => one.key === key),
    onStep: ({ id, phase }, { problem: _, ...status }) => {
      if (!flags.quiet) reporter.emit({ type: 'step.status', phase, step: id, ...status });
    },
  });
  if (found.running) {
    if (!flags.quiet) note(parts, 'info', 'A rollout to production is running; nothing was compared.');
    return exitCodes.locked;
  }
  const { alarms } = found;
  print(parts, last.printed, alarms);
  const fault = address === null ? null : await post(parts, open, address, last.posted, alarms);
  if (flags.quiet || flags.notifyOnChange) {
    const posted = address === null || fault !== null ? last.posted : [...alarms];
    const printed = flags.quiet ? [...alarms] : last.printed;
    await writeWatchState(files, { at: adapters.clock(), printed, posted });
  }
  if (fault !== null) reporter.problem(fault);
  const exit = exitFor(alarms);
  return fault !== null && exit === exitCodes.done ? fault.exit : exit;
}

function note({ reporter }: CommandParts, level: 'info' | 'warning', text: string): void {
  reporter.emit({ type: 'note', level, text });
}

/** Prints every alarm, or with --quiet only the changes. */
function print(parts: CommandParts, before: readonly KnownAlarm[], alarms: readonly Alarm[]): void {
  const { began, ended } = changedAlarms(before, alarms);
  const { quiet } = parts.flags;
  for (const { text } of quiet ? began : alarms) note(parts, 'warning', text);
  if (quiet) for (const { text } of ended) note(parts, 'info', `no longer: ${text}`);
  else if (alarms.length === 0) note(parts, 'info', 'production is as it was rolled out');
}

/** Posts what changed. Returns the problem if that failed; it is then posted by the next check. */
async function post(
  { adapters }: CommandParts,
  { config, ports }: OpenWorkspace,
  address: Secret,
  before: readonly KnownAlarm[],
  alarms: readonly Alarm[],
): Promise<Problem | null> {
  const { began, ended } = changedAlarms(before, alarms);
  if (began.length === 0 && ended.length === 0) return null;
  const name = ports.production?.server?.knownName() ?? config.production.host ?? 'production';
  const left = alarms.length === 0 ? 'everything is as it should be again' : 'something changed';
  const text = [
    `${config.project}: ${left} in production at ${name}`,
    ...began.map((alarm) => `- ${alarm.text}`),
    ...ended.map((alarm) => `- no longer: ${alarm.text}`),
  ].join('\n');
  const why = await postNotice(adapters.http(), address, text);
  return why === null ? null : notPosted(why);
}

/** @throws ProblemError (exit 2) if the address is not set or cannot be used */
function requiredAddress(parts: CommandParts): Secret {
  const address = noticeAddress(parts);
  if (address !== null) return address;
  throw new ProblemError({
    code: 'ERP-0820',
    what: 'The address of the webhook is not set.',
    why: '--notify-on-change posts to it. It is a credential, so it is read from the environment.',
    todo: [
      { text: 'Set ERP_DEPLOY_NOTIFY_ROLLOUT_URL in the environment, or leave out --notify-on-change.' },
    ],
    exit: exitCodes.usage,
  });
}

function nothingToWatch(why: string): Problem {
  return {
    code: 'ERP-0838',
    what: 'There is no production to watch.',
    why: `A check that can find nothing must not count as one that found nothing: ${why}.`,
    todo: [{ text: 'Roll out to production, and name the same workspace and production here.' }],
    exit: exitCodes.prerequisite,
  };
}

/** @param why without any part of the address */
function notPosted(why: string): Problem {
  return {
    code: 'ERP-0839',
    what: `The notice about production ${why}.`,
    why: 'The next check with --notify-on-change posts it again.',
    todo: [
      { text: 'Check the address in ERP_DEPLOY_NOTIFY_ROLLOUT_URL, and whether its server can be reached.' },
    ],
    exit: exitCodes.stepFailed,
  };
}
