import { posix } from 'node:path';
import { docker } from '../argv/docker.ts';
import { lineOn } from '../domain/command-text.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';
import type { Container } from './container.ts';
import type { Service, Stack } from './stack.ts';

const line = (argv: readonly string[]) => argv.map(quoted).join(' ');
const logOf = (host: Stack['host'], name: string) => lineOn(host, `docker logs ${quoted(name)}`);
const loading = (host: Stack['host'], image: string) =>
  host.id === 'here'
    ? `ssh HOST docker save ${image} | docker load`
    : `docker save ${image} | ${lineOn(host, 'docker load')}`;
/** Absolute. */
const folderOf = ({ host, folder }: Stack) => quoted(posix.join(host.files.root, folder));

export function foreignContainer(
  { host }: Stack,
  { name }: Service,
  here: string,
  from: string | null,
): Problem {
  return {
    code: 'ERP-0608',
    what: `A container named ${name} is on ${host.name}, and is not of this stack.`,
    why:
      from === null
        ? 'It was not made by Compose. erp-deploy never touches what it did not make.'
        : `It was started from ${from}, this stack lies in ${here}. erp-deploy never touches what it did not make.`,
    todo: [
      `Look at it: ${lineOn(host, `docker inspect ${quoted(name)}`)}`,
      `If nothing needs it, remove it on ${host.name}: ${lineOn(host, `docker rm --force ${quoted(name)}`)}`,
    ],
    exit: exitCodes.prerequisite,
  };
}

export function composeRefuses({ host, folder }: Stack, argv: readonly string[], said: string): Problem {
  return {
    code: 'ERP-0605',
    what: `Compose cannot read ${folder}/docker-compose.yml on ${host.name}.`,
    why: 'It says what is wrong with it below.',
    todo: [
      `Run it by hand on ${host.name}: ${lineOn(host, `cd ${folderOf({ host, folder })} && ${line(argv)}`)}`,
      'Mend what it names, and start again.',
    ],
    exit: exitCodes.stepFailed,
    excerpt: said.trim().split('\n').slice(-10),
  };
}

export function portTaken({ host }: Stack, { name, port }: Service, occupant: string): Problem {
  return {
    code: 'ERP-0606',
    what: `Port ${port} of ${host.name} is taken by ${occupant}.`,
    why: `${name} publishes it on 127.0.0.1.`,
    todo: [
      `Look at it: ${lineOn(host, `ss -ltnp 'sport = :${port}'`)}`,
      'End it, or move it to another port; then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function networkOfOtherKind({ host }: Pick<Stack, 'host'>, name: string, driver: string): Problem {
  return {
    code: 'ERP-0607',
    what: `The network ${name} on ${host.name} has the driver ${driver}.`,
    why: 'The stack needs a bridge, and erp-deploy does not change a network that others may use.',
    todo: [
      `See what uses it: ${lineOn(host, `docker network inspect ${quoted(name)}`)}`,
      `If nothing does, remove it on ${host.name}: ${lineOn(host, `docker network rm ${quoted(name)}`)}`,
    ],
    exit: exitCodes.prerequisite,
  };
}

export function imageNotPulled({ host }: Stack, image: string): Omit<Problem, 'excerpt'> {
  return {
    code: 'ERP-0609',
    what: `The image ${image} is not on ${host.name}, and cannot be fetched.`,
    why: 'The registry did not hand it out; what docker said is below.',
    todo: [
      `Try it by hand: ${lineOn(host, line(docker.pull(image)))}`,
      `Without a registry, bring it from a machine that has it: ${loading(host, quoted(image))}`,
    ],
    exit: exitCodes.prerequisite,
  };
}

/** A container that ended, or keeps ending. */
export function containerEnded(
  { host }: Stack,
  { name }: Service,
  container: Container,
  log: readonly string[],
): Problem {
  if (container.outOfMemory || container.exitCode === 137) return outOfMemory(host, name, container, log);
  return {
    code: 'ERP-0621',
    what: `${name} on ${host.name} does not stay up.`,
    why: `It ended with ${container.exitCode}, and was started again ${container.restarts} times. Its own words are below.`,
    todo: [`All of its log: ${logOf(host, name)}`, 'Mend what it names, and start again.'],
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
    why: `It may take ${Math.round(container.memory / 1024 ** 2)} MB (mem_limit). Exit code 137 is the kernel's, or somebody's SIGKILL.`,
    todo: [
      `See what it takes: ${lineOn(host, `docker stats --no-stream ${quoted(name)}`)}`,
      `All of its log: ${logOf(host, name)}`,
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
    what: `${name} on ${host.name} runs, and does not become healthy.`,
    why: `Its health check is ${health ?? 'not there'}${lastCheck === '' ? '' : `, and says: ${lastCheck}`}.`,
    todo: [`All of its log: ${logOf(host, name)}`, 'Mend what it names, and start again.'],
    exit: exitCodes.stepFailed,
    excerpt: log,
  };
}

export function limitsDiffer(
  { host }: Stack,
  { name, memory, nanoCpus }: Service,
  found: Container,
): Problem {
  const words = (bytes: number, cpus: number) => `${Math.round(bytes / 1024 ** 2)} MB and ${cpus / 1e9} CPU`;
  return {
    code: 'ERP-0624',
    what: `${name} on ${host.name} runs with other limits than it should.`,
    why: `Wanted are ${words(memory, nanoCpus)}; the container shows ${words(found.memory, found.nanoCpus)} (0 is no limit).`,
    todo: [`Look at it: ${lineOn(host, `docker inspect --format '{{json .HostConfig}}' ${quoted(name)}`)}`],
    exit: exitCodes.stepFailed,
  };
}

const setPassword = "docker exec -it postgres-erp psql -U erp_admin -d portfolio -c '\\password erp_admin'";

/** The official image applies POSTGRES_PASSWORD to an empty folder only. */
export function otherPassword({ host, folder }: Stack): Problem {
  return {
    code: 'ERP-0625',
    what: `The database in ${folder}/data on ${host.name} has another password than ${folder}/.env says.`,
    why: 'The image applies POSTGRES_PASSWORD when data/ is empty, and never again: the folder was made under another .env.',
    todo: [
      'If you have that .env, put it back.',
      `Or give the role on ${host.name} the password of the .env: ${lineOn(host, setPassword, 'terminal')}`,
      'Then start again; nothing was changed in the database.',
    ],
    exit: exitCodes.stepFailed,
  };
}

export function apiAnswers(
  { host }: Stack,
  path: string,
  schema: string,
  wanted: string,
  found: string,
): Problem {
  return {
    code: 'ERP-0626',
    what: `The API on ${host.name} does not answer as it should.`,
    why: `GET ${path} with Accept-Profile: ${schema} should give ${wanted}; it gave ${found}.`,
    todo: [
      `Ask it by hand: ${lineOn(host, `curl -i -H ${quoted(`Accept-Profile: ${schema}`)} ${quoted(`http://127.0.0.1:3000${path}`)}`)}`,
      `Its log: ${logOf(host, 'postgrest-erp')}`,
    ],
    exit: exitCodes.stepFailed,
  };
}

export function errorsInLog({ host }: Stack, { name }: Service, faults: readonly string[]): Problem {
  return {
    code: 'ERP-0627',
    what: `The log of ${name} on ${host.name} has ${faults.length} ${faults.length === 1 ? 'error' : 'errors'} from the time of this step.`,
    why: 'Nothing that erp-deploy tried should leave one there: something else uses the database, or it is not well.',
    todo: [`All of the log: ${logOf(host, name)}`, 'If they are nothing to worry about, start again.'],
    exit: exitCodes.stepFailed,
    excerpt: faults.slice(-10),
  };
}

export function errorsInApiLog({ host }: Stack, faults: readonly string[]): Problem {
  return {
    code: 'ERP-0628',
    what: `The log of postgrest-erp on ${host.name} has ${faults.length} ${faults.length === 1 ? 'error' : 'errors'} that nothing after it mended.`,
    why: 'It answers, and something that it tried since it started went wrong: its last words on that are below.',
    todo: [`All of the log: ${logOf(host, 'postgrest-erp')}`, 'Mend what it names, and start again.'],
    exit: exitCodes.stepFailed,
    excerpt: faults.slice(-10),
  };
}
