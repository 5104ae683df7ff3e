import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { noTunnel } from '../../tasks/cloudflare/3.6-tunnel-and-route.ts';
import { probe as probeWay } from '../../tunnel/probe/probe.ts';
import type { Execute } from '../wiring/command.ts';
import { contextOf, openWorkspace, recordedIn } from '../wiring/workspace.ts';

/** The public way in: asked from here, and where it is broken, walked from the database outward. Changes nothing. */
export const probe: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { world, config } = open;
  try {
    const recorded = await recordedIn(parts, world);
    const say = (text: string, level: 'info' | 'warning' = 'info') =>
      parts.teller.tell({ type: 'note', level, text });
    if (world.production?.stack != null && config.cloudflare.container === undefined)
      say(noTunnel, 'warning');
    const { asked, hops, problem, withToken } = await probeWay(
      contextOf(parts, open, () => recorded),
      0,
    );
    for (const hop of hops) parts.teller.tell({ type: 'hop', ...hop });
    if (problem !== null) throw new ProblemError(problem);
    for (const line of asked) say(line);
    if (!withToken)
      say('No token was tried: the key lies on the droplet, and none is configured.', 'warning');
    return exitCodes.done;
  } finally {
    await world.close();
  }
};
