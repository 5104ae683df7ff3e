import { ProblemError } from '../../domain/problem.ts';
import { asProblem } from '../../engine/faults.ts';
import type { Journal } from '../../engine/journal.ts';
import type { CommandParts } from './command.ts';
import { lockProduction, productionSteps } from './production-lock.ts';
import { type OpenWorkspace, reconfigured } from './workspace.ts';

/**
 * Takes the lock of the droplet. Where that fails and a person is there, they decide: look again, go back to
 * their answers (null), or leave production out for a reason that the journal keeps.
 * @throws ProblemError where it cannot be had, and nobody knew better
 */
export async function reachDroplet(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  asks: boolean,
): Promise<OpenWorkspace | null> {
  for (;;) {
    try {
      await lockProduction(parts, open);
      return open;
    } catch (error) {
      const [first] = productionSteps(open);
      if (!asks || first === undefined || !(error instanceof ProblemError)) throw error;
      const problem = asProblem(error);
      const intent = await parts.teller.ask(
        { type: 'failure', step: first.id, problem, editable: true },
        parts.signal,
      );
      if (intent.type === 'edit') return null;
      if (intent.type === 'skip') return withoutProduction(parts, open, journal, intent.reason);
      if (intent.type !== 'retry') throw error;
    }
  }
}

/** What would look at production looks at it no more; the steps that work there are left out. */
async function withoutProduction(
  parts: CommandParts,
  open: OpenWorkspace,
  journal: Journal,
  reason: string,
): Promise<OpenWorkspace> {
  const { production, ...rest } = open.config;
  const left = open.steps.filter(
    ({ id, phase }) => (phase === 'production' || phase === 'cloudflare') && !open.skip.has(id),
  );
  for (const { id } of left) await journal.add({ type: 'skipped', step: id, reason });
  await open.world.close();
  const skip = new Map([...open.skip, ...left.map(({ id }) => [id, reason] as const)]);
  const selected = new Set([...open.selected].filter((id) => !skip.has(id)));
  const config = { ...rest, production: { directory: production.directory } };
  return reconfigured(parts, { ...open, skip, selected }, config);
}
