import { ProblemError } from '../../domain/problem.ts';
import { asProblem } from '../../engine/faults.ts';
import type { Journal } from '../../engine/journal.ts';
import type { CommandParts } from './command.ts';
import { lockProduction, productionSteps } from './production-lock.ts';
import { type OpenWorkspace, reconfigured } from './workspace.ts';

/**
 * Takes the lock of the production host. If that fails, the operator may retry, edit the settings (null), or skip
 * production with a reason, which the journal records.
 * @param asks whether there is a terminal to ask the operator on
 * @throws ProblemError if the lock cannot be taken and the operator stops
 */
export async function reachProduction(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  asks: boolean,
): Promise<OpenWorkspace | null> {
  const { host } = open.config.production;
  const isReached = host !== undefined && productionSteps(open).length > 0;
  for (;;) {
    try {
      if (isReached) parts.reporter.emit({ type: 'waiting', text: `connecting to ${host}` });
      await lockProduction(parts, open);
      return open;
    } catch (error) {
      const [first] = productionSteps(open);
      if (!asks || first === undefined || !(error instanceof ProblemError)) throw error;
      const problem = asProblem(error);
      const dependents = productionSteps(open)
        .slice(1)
        .map(({ id }) => id);
      const intent = await parts.reporter.ask(
        { type: 'failure', step: first.id, problem, editable: true, dependents },
        parts.signal,
      );
      if (intent.type === 'edit') return null;
      if (intent.type === 'skip') return withoutProduction(parts, open, journal, intent.reason);
      if (intent.type !== 'retry') throw error;
    }
  }
}

/** Skips every step and every check of production. */
async function withoutProduction(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  reason: string,
): Promise<OpenWorkspace> {
  const { production, ...rest } = open.config;
  const skipped = open.steps.filter(
    ({ id, phase }) => (phase === 'production' || phase === 'cloudflare') && !open.skip.has(id),
  );
  for (const { id } of skipped) await journal.add({ type: 'skipped', step: id, reason });
  await open.ports.close();
  const skip = new Map([...open.skip, ...skipped.map(({ id }) => [id, reason] as const)]);
  const selected = new Set([...open.selected].filter((id) => !skip.has(id)));
  const config = { ...rest, production: { directory: production.directory, ssh: production.ssh } };
  return reconfigured(parts, { ...open, skip, selected }, config);
}
