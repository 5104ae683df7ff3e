import { exitCodes, ProblemError } from '../../domain/problem.ts';
import { noTunnel } from '../../tasks/cloudflare/3.6-tunnel-and-route.ts';
import { probe as probeRoute } from '../../tunnel/probe/probe.ts';
import type { Execute } from '../wiring/command.ts';
import { contextOf, openWorkspace, recordedIn } from '../wiring/workspace.ts';

/** Checks the public URL from this machine. If it fails, checks each hop from the database outward. Changes nothing. */
export const probe: Execute = async (parts) => {
  const open = await openWorkspace(parts);
  const { ports, config } = open;
  try {
    const recorded = await recordedIn(parts, ports);
    const say = (text: string, level: 'info' | 'warning' = 'info') =>
      parts.reporter.emit({ type: 'note', level, text });
    if (ports.production?.stack != null && config.cloudflare.container === undefined)
      say(noTunnel, 'warning');
    const { asked, hops, problem, withToken } = await probeRoute(
      contextOf(parts, open, () => recorded),
      0,
    );
    for (const hop of hops) parts.reporter.emit({ type: 'hop', ...hop });
    if (problem !== null) throw new ProblemError(problem);
    for (const line of asked) say(line);
    if (!withToken)
      say(
        'Not checked with a token, because the key is on a production host, and none is configured.',
        'warning',
      );
    return exitCodes.done;
  } finally {
    await ports.close();
  }
};
