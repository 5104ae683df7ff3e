import type { LeftItem } from '../../domain/evidence.ts';
import type { JournalRecord } from '../../domain/journal-record.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { historyOf } from '../../engine/history.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { ReportData } from '../../report/report-data.ts';
import type { CommandParts } from './command.ts';
import { completed } from './invocation.ts';
import type { RolloutLogs } from './rollout-logs.ts';
import type { OpenWorkspace } from './workspace.ts';

/** Returns how the rollout was made; null if its logs are of a run that changed nothing. */
export function howMade({ records }: Pick<Recorded, 'records'>, { runs }: RolloutLogs): ReportData['made'] {
  const start = records.findLastIndex(({ type }) => type === 'rollout');
  const past = historyOf(records).at(-1);
  if (past === undefined || Date.parse(past.at) > (runs.at(-1) ?? runs[0]).until) return null;
  const since = records.slice(start);
  const rollback = since.findIndex(({ type }) => type === 'rollback');
  const did = rollback === -1 ? since : since.slice(0, rollback);
  const production = did.findLast(
    (one) => (one.type === 'rollout' || one.type === 'resumed') && one.production !== undefined,
  );
  return {
    by: past.by,
    commit: past.commit,
    production:
      production !== undefined && 'production' in production ? (production.production ?? null) : null,
    files: [...new Set(did.flatMap((one) => (one.type === 'applied' ? fileIn(one) : [])))].sort(),
  };
}

/** Returns the file that a change is about, or none; erp-deploy's own records do not count. */
function fileIn({ subject }: Extract<JournalRecord, { type: 'applied' }>): readonly string[] {
  if (subject?.kind === 'move') return [`${subject.from}, moved to ${subject.to}`];
  if (subject?.kind !== 'write' || subject.path.startsWith('.erp-deploy/')) return [];
  return [subject.host === 'here' ? subject.path : `production: ${subject.path}`];
}

/** Returns what the operator can do next: fix what failed, go on, deploy, and decide on the items left. */
export function nextActions(
  { invocation }: CommandParts,
  { ports, config }: OpenWorkspace,
  { runs, rollback }: RolloutLogs,
  recorded: Recorded,
  left: readonly LeftItem[],
): readonly Remedy[] {
  const command = (...words: readonly string[]) =>
    completed(['erp-deploy', ...words, '--workspace', ports.root], invocation);
  if (rollback !== null)
    return [{ text: 'To see what a new rollout would change', command: command('plan') }];
  const { problems, finished } = (runs.at(-1) ?? runs[0]).state;
  const failed = finished?.exit === 0 ? [] : problems.flatMap(({ problem }) => problem.todo);
  const { host, databaseUrl } = config.production;
  const isDeployed = recorded.lastVerified('3.3') !== undefined;
  return [
    ...failed,
    ...(recorded.unfinished === null ? [] : [{ text: 'To resume', command: command('run') }]),
    ...(recorded.unfinished === null && !isDeployed && host === undefined && databaseUrl === undefined
      ? [{ text: 'To deploy to production', command: command('run', '--production-host', 'HOST') }]
      : []),
    ...(left.length === 0
      ? []
      : [{ text: `To decide on the items left (${left.length})`, command: command('checklist') }]),
  ];
}
