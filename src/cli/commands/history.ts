import { exitCodes } from '../../domain/problem.ts';
import { historyOf } from '../../engine/history.ts';
import type { Execute } from '../wiring/command.ts';
import { recordedIn } from '../wiring/workspace.ts';
import { workspacePorts } from '../wiring/workspace-ports.ts';

/** Lists the rollouts that the journal records. Reads nothing else, takes no lock, and connects to nothing. */
export const history: Execute = async (parts) => {
  const { records } = await recordedIn(parts, workspacePorts(parts, parts.flags.workspace));
  const past = historyOf(records);
  for (const { at: started, ...rollout } of past) {
    parts.reporter.emit({ type: 'rollout.recorded', started, ...rollout });
  }
  if (past.length === 0) {
    const text = 'No rollout is recorded in this workspace. To start one';
    parts.reporter.emit({ type: 'note', level: 'info', text, command: ['erp-deploy', 'run'] });
  }
  return exitCodes.done;
};
