import { posix } from 'node:path';
import { docker } from '../argv/docker.ts';
import { shownDocker } from '../argv/shown-docker.ts';
import type { Service } from '../config/containers.ts';
import { commandLine, commandOn, shellOn } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';
import type { Container } from './container.ts';
import type { Stack } from './stack.ts';

const logOf = (host: Stack['host'], name: string) => commandOn(host, shownDocker.logs(name));
const loading = (host: Stack['host'], image: string) =>
  host.id === 'here'
    ? shellOn(host, `ssh HOST docker save ${image} | docker load`)
    : ['sh', '-c', `docker save ${image} | ${commandLine(commandOn(host, shownDocker.loadImages()))}`];
const absoluteFolderOf = ({ host, folder }: Pick<Stack, 'host' | 'folder'>) =>
  quoted(posix.join(host.files.root, folder));

export function foreignContainer(
  { host }: Stack,
  { name }: Service,
  here: string,
  from: string | null,
): Problem {
  return {
    code: 'ERP-0608',
    what: `A container named ${name} exists on ${host.name}, and it does not belong to this deployment.`,
    why:
      from === null
        ? 'It was not created by Compose. erp-deploy never changes containers that it did not create.'
        : `It was started from ${from}; this deployment is in ${here}. erp-deploy never changes containers that it did not create.`,
    todo: [
      { text: 'Inspect it', command: commandOn(host, shownDocker.inspect(name)) },
      {
        text: `If nothing needs it, remove it on ${host.name}`,
        command: commandOn(host, shownDocker.forceRemove(name)),
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function composeRefuses({ host, folder }: Stack, argv: readonly string[], output: string): Problem {
  return {
    code: 'ERP-0605',
    what: `Compose cannot read ${folder}/docker-compose.yml on ${host.name}.`,
    why: 'The message of Compose is below.',
    todo: [
      {
        text: `Run it yourself on ${host.name}`,
        command: shellOn(host, `cd ${absoluteFolderOf({ host, folder })} && ${commandLine(argv)}`),
      },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: output.trim().split('\n').slice(-10),
  };
}

export function portTaken(
  { host, containers }: Stack,
  { name, port, key }: Service,
  occupant: string,
): Problem {
  const setting = `containers.${key === containers.api.key ? 'api' : 'database'}.port`;
  return {
    code: 'ERP-0606',
    what: `Port ${port} of ${host.name} is in use by ${occupant}.`,
    why: `${name} publishes it on 127.0.0.1.`,
    todo: [
      { text: 'Show the program', command: commandOn(host, ['ss', '-ltnp', `sport = :${port}`]) },
      {
        text: `Stop it, or set another port with ${setting} in erp-deploy.config.yaml; then run again.`,
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function networkOfOtherKind({ host }: Pick<Stack, 'host'>, name: string, driver: string): Problem {
  return {
    code: 'ERP-0607',
    what: `The network ${name} on ${host.name} has the driver ${driver}.`,
    why: 'The deployment needs a bridge network, and erp-deploy does not change a network that other containers may use.',
    todo: [
      { text: 'Show what uses it', command: commandOn(host, shownDocker.inspectNetwork(name)) },
      {
        text: `If nothing uses it, remove it on ${host.name}`,
        command: commandOn(host, docker.removeNetwork(name)),
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function imageNotPulled({ host }: Stack, image: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0609',
    what: `The image ${image} is not on ${host.name}, and cannot be pulled.`,
    why: 'The registry did not deliver it; the message of docker is below.',
    todo: [
      { text: 'Try it yourself', command: commandOn(host, docker.pull(image)) },
      {
        text: 'Without a registry, copy it from a machine that has it',
        command: loading(host, quoted(image)),
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

/** Returns the problem of a container that exited, or keeps exiting. */
export function containerEnded(
  { host }: Stack,
  { name }: Service,
  container: Container,
  log: readonly string[],
): Problem {
  if (container.outOfMemory || container.exitCode === 137) return outOfMemory(host, name, container, log);
  return {
    code: 'ERP-0621',
    what: `${name} on ${host.name} does not keep running.`,
    why: `It exited with code ${container.exitCode} and was restarted ${container.restarts} times. The end of its log is below.`,
    todo: [
      { text: 'Show its whole log', command: logOf(host, name) },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: log,
  };
}

function outOfMemory(
  host: Stack['host'],
  name: string,
  container: Container,
  log: readonly string[],
): Problem {
  return {
    code: 'ERP-0623',
    what: `${name} on ${host.name} was killed${container.outOfMemory ? ': it ran out of memory' : ''}.`,
    why: `Its limit is ${Math.round(container.memory / 1024 ** 2)} MB (mem_limit). Exit code 137 means SIGKILL, from the kernel or from a user.`,
    todo: [
      { text: 'Show its memory usage', command: commandOn(host, shownDocker.stats(name)) },
      { text: 'Show its whole log', command: logOf(host, name) },
    ],
    exit: exitCodes.stepFailed,
    excerpt: log,
  };
}

export function neverHealthy(
  { host }: Stack,
  { name }: Service,
  { health, lastCheck }: Container,
  log: readonly string[],
): Problem {
  return {
    code: 'ERP-0622',
    what: `${name} on ${host.name} runs, but does not become healthy.`,
    why: `${health === null ? 'It has no health check' : `Its health status is ${health}`}${lastCheck === '' ? '' : `; the last check printed: ${lastCheck}`}.`,
    todo: [
      { text: 'Show its whole log', command: logOf(host, name) },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: log,
  };
}

export function limitsDiffer(
  { host }: Stack,
  { name, memory, nanoCpus }: Service,
  actual: Container,
): Problem {
  const limits = (bytes: number, cpus: number) => `${Math.round(bytes / 1024 ** 2)} MB and ${cpus / 1e9} CPU`;
  return {
    code: 'ERP-0624',
    what: `${name} on ${host.name} does not run with its resource limits.`,
    why: `Expected ${limits(memory, nanoCpus)}; the container has ${limits(actual.memory, actual.nanoCpus)} (0 means no limit).`,
    todo: [
      {
        text: 'Inspect it',
        command: commandOn(host, shownDocker.hostConfig(name)),
      },
    ],
    exit: exitCodes.stepFailed,
  };
}

const setPassword = (container: string) =>
  shownDocker.psqlOnTerminal(container, '-U', 'erp_admin', '-d', 'portfolio', '-c', '\\password erp_admin');

/** The official image applies POSTGRES_PASSWORD only to an empty folder. */
export function otherPassword({ host, folder, containers }: Stack): Problem {
  return {
    code: 'ERP-0625',
    what: `The database in ${folder}/data on ${host.name} does not have the password in ${folder}/.env.`,
    why: 'The image applies POSTGRES_PASSWORD only if data/ is empty: the folder was created with another .env.',
    todo: [
      { text: 'If you have that .env, restore it.' },
      {
        text: `Or set the password of the role on ${host.name} to the one in .env`,
        command: commandOn(host, setPassword(containers.database.name), 'terminal'),
      },
      { text: 'Then run again; nothing was changed in the database.' },
    ],
    exit: exitCodes.stepFailed,
  };
}

export function apiAnswers(
  { host, containers: { api } }: Stack,
  path: string,
  schema: string,
  expected: string,
  actual: string,
): Problem {
  return {
    code: 'ERP-0626',
    what: `The API on ${host.name} does not answer as expected.`,
    why: `GET ${path} with Accept-Profile: ${schema} should return ${expected}; it returned ${actual}.`,
    todo: [
      {
        text: 'Send the request yourself',
        command: commandOn(host, [
          'curl',
          '-i',
          '-H',
          `Accept-Profile: ${schema}`,
          `http://127.0.0.1:${api.port}${path}`,
        ]),
      },
      { text: 'Show its log', command: logOf(host, api.name) },
    ],
    exit: exitCodes.stepFailed,
  };
}

export function errorsInLog({ host }: Stack, { name }: Service, faults: readonly string[]): Problem {
  return {
    code: 'ERP-0627',
    what: `The log of ${name} on ${host.name} has ${faults.length} ${faults.length === 1 ? 'error' : 'errors'} logged during this step.`,
    why: 'The step itself logs no errors: something else uses the database, or the server has a fault.',
    todo: [
      { text: 'Show the whole log', command: logOf(host, name) },
      { text: 'If the errors are harmless, run again.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: faults.slice(-10),
  };
}

export function errorsInApiLog({ host, containers: { api } }: Stack, faults: readonly string[]): Problem {
  return {
    code: 'ERP-0628',
    what: `The log of ${api.name} on ${host.name} has ${faults.length} unresolved ${faults.length === 1 ? 'error' : 'errors'}.`,
    why: 'It answers, but something failed since it started, and it has not recovered: the errors are below.',
    todo: [
      { text: 'Show the whole log', command: logOf(host, api.name) },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.stepFailed,
    excerpt: faults.slice(-10),
  };
}
