import { docker } from '../../argv/docker.ts';
import { containerNamed } from '../../containers/container.ts';
import type { Host } from '../../domain/ports/host.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { CommandParts, Execute } from '../wiring/command.ts';
import { containerOf, type LogService, logServices } from '../wiring/container-logs.ts';
import { type OpenWorkspace, openWorkspace } from '../wiring/workspace.ts';

/** Prints the log of one container, on the production host if one is configured. Lines are escaped by the reporter. */
export const logs: Execute = async (parts) => {
  const service = serviceIn(parts.flags.argument ?? 'database');
  const lines = linesIn(parts.flags);
  const open = await openWorkspace(parts);
  try {
    const { host, name } = locationOf(service, open);
    const container = await containerNamed(host, name, parts.signal);
    if (container === null) throw new ProblemError(noContainer(name, host.name));
    const { exitCode, stderr } = await host.processes.run(
      docker.showLog(container.id, lines),
      null,
      parts.signal,
      (line) => parts.reporter.emit({ type: 'log.line', service, line }),
      { streamed: true },
    );
    // Ctrl-C ends docker as well.
    parts.signal.throwIfAborted();
    if (exitCode !== 0) throw new ProblemError(unreadable(name, host.name, stderr));
    return exitCodes.done;
  } finally {
    await open.ports.close();
  }
};

/** @throws ProblemError (exit 2) */
function serviceIn(given: string): LogService {
  const service = logServices.find((one) => one === given);
  if (service === undefined) throw new ProblemError(unknownService(given));
  return service;
}

/** @throws ProblemError (exit 2) */
function linesIn({ tail, since, follow }: CommandParts['flags']) {
  if (tail !== 'all' && !/^\d{1,9}$/.test(tail))
    throw new ProblemError(badValue('--tail', tail, '--tail 500'));
  if (since !== undefined && !/^(?:(?:\d+[hms])+|\d{4}-\d\d-\d\d[\dT:.Z+-]*)$/.test(since)) {
    throw new ProblemError(badValue('--since', since, '--since 90m, --since 2026-11-30T08:00:00Z'));
  }
  return { tail, since, follow };
}

interface LogLocation {
  readonly host: Host;
  /** Name of the container. */
  readonly name: string;
}

/** @throws ProblemError if the target, or the service, has no container whose log could be read */
function locationOf(service: LogService, { config, ports, choice }: OpenWorkspace): LogLocation {
  const { production } = ports;
  if (production !== null && production.stack === null) throw new ProblemError(noLogHere(databaseUrl));
  if (production === null && choice.engine === 'embedded') throw new ProblemError(noLogHere(embedded));
  const name = containerOf(service, config);
  if (name === undefined) throw new ProblemError(noTunnelContainer);
  return { host: production?.stack?.host ?? ports.hostOf('here'), name };
}

const embedded = 'The local test uses the embedded engine, which is not a server and writes no log.';
const databaseUrl = 'Production is a database URL: its log is in the tools of its provider.';

function noLogHere(why: string): Problem {
  return {
    code: 'ERP-0137',
    what: 'There is no container whose log could be printed.',
    why,
    todo: [
      { text: 'Name a production host', command: ['erp-deploy', 'logs', '--production-host', 'HOST'] },
      { text: 'See what each rollout did', command: ['erp-deploy', 'history'] },
    ],
    exit: exitCodes.usage,
  };
}

const noTunnelContainer: Problem = {
  code: 'ERP-0137',
  what: 'The container of cloudflared is not configured.',
  why: 'The log of the tunnel is the log of that container.',
  todo: [{ text: 'Set cloudflare.container in erp-deploy.config.yaml, such as container: cloudflared.' }],
  exit: exitCodes.usage,
};

function unknownService(given: string): Problem {
  return {
    code: 'ERP-0103',
    what: `logs ${given}: not a service.`,
    why: `The services are ${logServices.join(', ')}.`,
    todo: [{ text: 'Name one of them', command: ['erp-deploy', 'logs', 'api'] }],
    exit: exitCodes.usage,
  };
}

function badValue(flag: string, given: string, examples: string): Problem {
  return {
    code: 'ERP-0103',
    what: `${flag} ${given}: not a value of this flag.`,
    why: 'It is a number of lines, or a time as docker container logs accepts it.',
    todo: [{ text: `Use a value such as ${examples}` }],
    exit: exitCodes.usage,
  };
}

function noContainer(name: string, host: string): Problem {
  return {
    code: 'ERP-0138',
    what: `There is no container ${name} on ${host}.`,
    why: 'Docker keeps the log of a container until the container is removed.',
    todo: [{ text: 'Check what is deployed', command: ['erp-deploy', 'status'] }],
    exit: exitCodes.prerequisite,
  };
}

function unreadable(name: string, host: string, stderr: string): Problem {
  return {
    code: 'ERP-0138',
    what: `The log of ${name} on ${host} cannot be read.`,
    why: stderr.trim().split('\n').at(-1) ?? '',
    todo: [{ text: 'Check the Docker engine there', command: ['erp-deploy', 'doctor'] }],
    exit: exitCodes.prerequisite,
  };
}
