import { docker } from '../../argv/docker.ts';
import type { Config } from '../../config/config.ts';
import { containerNamed } from '../../containers/container.ts';
import type { ContainerLogs } from '../../domain/front-end.ts';
import type { StepId } from '../../domain/phase.ts';
import type { Host } from '../../domain/ports/host.ts';
import { ProblemError } from '../../domain/problem.ts';
import { visible } from '../../domain/visible-text.ts';
import type { OpenWorkspace } from './workspace.ts';

export const logServices = ['database', 'api', 'tunnel', 'traefik'] as const;
export type LogService = (typeof logServices)[number];

/** Returns the name of a service's container; undefined if it is not configured. */
export function containerOf(service: LogService, { cloudflare, containers }: Config): string | undefined {
  return {
    database: containers.database.name,
    api: containers.api.name,
    tunnel: cloudflare.container,
    traefik: cloudflare.traefik,
  }[service];
}

/** The lines of a log that the wizard shows. */
const lines = { tail: '1000', since: undefined, follow: false } as const;

const services: Partial<Record<StepId, LogService>> = {
  ...({ '2.1': 'database', '2.2': 'database', '2.3': 'database', '2.4': 'database', '2.5': 'api' } as const),
  ...({ '3.2': 'database', '3.3': 'database', '3.4': 'database', '3.5': 'api' } as const),
  ...({ '3.6': 'tunnel', '3.7': 'traefik' } as const),
};

/** Returns what reads the logs of the containers that the steps of a rollout are about. */
export function containerLogs(open: OpenWorkspace, signal: AbortSignal): ContainerLogs {
  return {
    nameFor: (step) => locationFor(step, open)?.name ?? null,
    read: async (step) => {
      const location = locationFor(step, open);
      if (location === null) return 'This step has no container.\n';
      try {
        return await logOf(location, signal);
      } catch (error) {
        // The wizard shows it in place of the log.
        if (error instanceof ProblemError) {
          return error.problems.map(({ code, what, why }) => `${code}  ${what}\n${why}\n`).join('');
        }
        return `The log of ${location.name} cannot be read: ${error instanceof Error ? error.message : error}\n`;
      }
    },
  };
}

interface LogLocation {
  readonly host: Host;
  /** Of the container. */
  readonly name: string;
}

function locationFor(step: StepId, { config, ports, choice }: OpenWorkspace): LogLocation | null {
  const service = services[step];
  const name = service === undefined ? undefined : containerOf(service, config);
  if (name === undefined) return null;
  if (step.startsWith('2.')) return choice.engine === 'docker' ? { host: ports.hostOf('here'), name } : null;
  const host = ports.production?.stack?.host;
  return host === undefined ? null : { host, name };
}

/** @throws ProblemError if the engine does not answer */
async function logOf({ host, name }: LogLocation, signal: AbortSignal): Promise<string> {
  const container = await containerNamed(host, name, signal);
  if (container === null) return `There is no container ${name} on ${host.name}.\n`;
  const log: string[] = [];
  const { exitCode, stderr } = await host.processes.run(
    docker.showLog(container.id, lines),
    null,
    signal,
    (line) => log.push(visible(line)),
  );
  if (exitCode !== 0) log.push(visible(stderr));
  return [`The last lines of ${name} on ${host.name}:`, '', ...log, ''].join('\n');
}
