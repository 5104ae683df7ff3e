import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
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
    if (problem !== null && ports.production === null)
      throw new ProblemError(noProductionToCheck(config.publicHost, asked));
    // The hops are shown above.
    if (problem !== null) throw new ProblemError({ ...problem, excerpt: asked });
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

/** @param asked one line for each request */
function noProductionToCheck(host: string, asked: readonly string[]): Problem {
  return {
    code: 'ERP-0671',
    what: `https://${host} does not answer as expected, and no production is configured.`,
    why: 'Most hops are on the production host, so it is not known which one is broken.',
    todo: [
      { text: 'Name the production host', command: ['erp-deploy', 'probe', '--production-host', 'HOST'] },
      { text: 'If that is not your public URL, set public-host in the configuration.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: asked,
  };
}
