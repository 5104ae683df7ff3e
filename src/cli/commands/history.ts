import { exitCodes } from '../../domain/problem.ts';
import { historyOf } from '../../engine/history.ts';
import type { Execute } from '../wiring/command.ts';
import { changesInDatabase } from '../wiring/recorded-changes.ts';
import { openWorkspace, recordedIn } from '../wiring/workspace.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

/**
 * Lists the rollouts that the journal records, and the changes that the database records, which other workspaces may have
 * made. With `--recorded`, reads only the journal.
 */
export const history: Execute = async (parts) => {
  const { reporter, flags } = parts;
  const recorded = await recordedIn(parts, workspacePorts(parts, flags.workspace));
  const past = historyOf(recorded.records);
  for (const { at: started, ...rollout } of past) {
    reporter.emit({ type: 'rollout.recorded', started, ...rollout });
  }
  if (past.length === 0) {
    const text = 'No rollout is recorded in this workspace. To start one';
    reporter.emit({ type: 'note', level: 'info', text, command: ['erp-deploy', 'run'] });
  }
  if (flags.recorded) return exitCodes.done;
  const open = await openWorkspace(parts, recorded);
  if (past.length === 0 && open.ports.production === null) return exitCodes.done;
  const found = await changesInDatabase(parts, open);
  if (found === null) return exitCodes.done;
  const { name: database, changes } = found;
  const text = `Changes that the ${database} database records${changes.length === 0 ? ': none' : ':'}`;
  reporter.emit({ type: 'note', level: 'info', text });
  for (const { at: changed, ...change } of changes) {
    reporter.emit({ type: 'change.recorded', database, changed, ...change });
  }
  return exitCodes.done;
};
