import labelsScript from '../../assets/remote/container-labels.sh';
import followScript from '../../assets/remote/follow-start.sh';
import { type Command, scriptCommand } from '../domain/shell-script.ts';

type Argv = readonly [string, ...string[]];

/** A filter for exactly this name, anchored because Docker's filters match a part of a name. */
const named = (name: string) => `name=^/?${name}$`;

/** Argument lists for docker(1). Those that inspect print JSON, one object on each line. */
export const docker = {
  /** Prints client and server in one object. If no engine answers, `Server` is null, and the exit code is 1. */
  version: (): Argv => ['docker', 'version', '--format', '{{json .}}'],
  /** Prints the address of the current engine, such as `unix:///var/run/docker.sock`. */
  endpoint: (): Argv => ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
  /** Prints the ids of the containers with exactly this name, running or not; nothing if there is none. */
  containerIds: (name: string): Argv => [
    'docker',
    'container',
    'ls',
    '--all',
    '--quiet',
    '--no-trunc',
    '--filter',
    named(name),
  ],
  /** Prints names and states of the containers with exactly these names, running or not. */
  containersNamed: (names: readonly string[]): Argv => [
    'docker',
    'container',
    'ls',
    '--all',
    '--filter',
    named(`(${names.join('|')})`),
    '--format',
    '{{json .}}',
  ],
  /**
   * Prints names and states of the containers that Compose created in a folder for a service, but has not renamed yet:
   * it gives a new container a temporary name until the old one is removed.
   */
  halfMade: (folder: string, service: string): Argv => [
    'docker',
    'container',
    'ls',
    '--all',
    '--filter',
    `name=^/?[0-9a-f]{12}_${service}$`,
    '--filter',
    `label=com.docker.compose.project.working_dir=${folder}`,
    '--format',
    '{{json .}}',
  ],
  stop: (name: string): Argv => ['docker', 'container', 'stop', name],
  remove: (name: string): Argv => ['docker', 'container', 'rm', name],
  /** Ends with 0 if the engine has the container, with 1 if it does not. */
  inspectContainer: (id: string): Argv => ['docker', 'container', 'inspect', id],
  /** Prints the out-of-memory kills in the container during the last half hour. */
  outOfMemory: (id: string): Argv => [
    'docker',
    'events',
    '--since',
    '30m',
    '--until',
    '0s',
    '--filter',
    `container=${id}`,
    '--filter',
    'event=oom',
    '--format',
    '{{json .}}',
  ],
  /** Prints the containers that publish a port of the host. */
  publishing: (port: number): Argv => [
    'docker',
    'container',
    'ls',
    '--filter',
    `publish=${port}`,
    '--format',
    '{{json .}}',
  ],
  /** Ends with 0 if the engine has the image, with 1 if it does not. */
  inspectImage: (image: string): Argv => ['docker', 'image', 'inspect', '--format', '{{.Id}}', image],
  /** Prints id, digests and environment of an image; the environment of an image contains no secrets of ours. */
  describeImage: (image: string): Argv => [
    'docker',
    'image',
    'inspect',
    '--format',
    '{"id":{{json .Id}},"digests":{{json .RepoDigests}},"env":{{json .Config.Env}}}',
    image,
  ],
  /** Ends with 0 if an image says that it has this major version of PostgreSQL, as the official ones do (PG_MAJOR). */
  hasMajor: (image: string, major: string): { readonly argv: Argv } => ({
    argv: [
      'sh',
      '-c',
      'docker image inspect --format "{{json .Config.Env}}" "$1" | grep -qF ""PG_MAJOR=$2""',
      'sh',
      image,
      major,
    ],
  }),
  /**
   * Ends with 0 if an image has the major version of PostgreSQL that a data folder was made by. The folder is readable
   * only by its owner, so a container without a network prints its version.
   */
  hasMajorOf: (folder: string, image: string): { readonly argv: Argv } => ({
    argv: [
      'sh',
      '-c',
      'made=$(docker run --rm --network none --volume "$1:/made:ro" --entrypoint cat "$2" /made/PG_VERSION) && docker image inspect --format "{{json .Config.Env}}" "$2" | grep -qF ""PG_MAJOR=$made""',
      'sh',
      folder,
      image,
    ],
  }),
  /** Prints names of the containers that Compose made for a service in a folder, whatever they are called. */
  ofService: (folder: string, service: string): Argv => [
    'docker',
    'container',
    'ls',
    '--all',
    '--filter',
    `label=com.docker.compose.project.working_dir=${folder}`,
    '--filter',
    `label=com.docker.compose.service=${service}`,
    '--format',
    '{{.Names}}',
  ],
  /** Prints the ids of the images with exactly this name; nothing if there is none. */
  imagesNamed: (image: string): Argv => [
    'docker',
    'image',
    'ls',
    '--quiet',
    '--filter',
    `reference=${image}`,
  ],
  /** Ends with 0 if the registry has the image. Pulls nothing. */
  manifest: (image: string): Argv => ['docker', 'manifest', 'inspect', image],
  pull: (image: string): Argv => ['docker', 'image', 'pull', image],
  /**
   * Prints names and drivers of the networks whose name contains this; nothing if there is none. Not anchored, because
   * a swarm finds only whole names, and supports no anchors.
   */
  networksNamed: (name: string): Argv => [
    'docker',
    'network',
    'ls',
    '--filter',
    `name=${name}`,
    '--format',
    '{{json .}}',
  ],
  /** Ends with 0 if the engine has the network, with 1 if it does not. */
  inspectNetwork: (name: string): Argv => ['docker', 'network', 'inspect', '--format', '{{json .}}', name],
  /** Ends with 0 if a database accepts connections from a new container in a network. */
  clientIn: (network: string, image: string, host: string, user: string, database: string): Argv => [
    'docker',
    'run',
    '--rm',
    '--network',
    network,
    '--entrypoint',
    'pg_isready',
    image,
    '-h',
    host,
    '-U',
    user,
    '-d',
    database,
    '-t',
    '10',
  ],
  createNetwork: (name: string): Argv => ['docker', 'network', 'create', name],
  /** Removes a network. The engine refuses if a running container is on it. */
  removeNetwork: (name: string): Argv => ['docker', 'network', 'rm', name],
  /** Prints the names of the containers on a network, running or not, one on each line. */
  containersOn: (network: string): Argv => [
    'docker',
    'container',
    'ls',
    '--all',
    '--filter',
    `network=${network}`,
    '--format',
    '{{.Names}}',
  ],
  /** Prints both streams of a container's log, each line with its time. */
  logs: (id: string, since: string): Argv => [
    'docker',
    'container',
    'logs',
    '--timestamps',
    '--since',
    since,
    id,
  ],
  /** Runs one statement with the psql of a container over its socket. Prints unaligned rows without a heading. */
  psql: (id: string, user: string, database: string, sql: string): Argv => [
    'docker',
    'container',
    'exec',
    id,
    'psql',
    '--no-psqlrc',
    '--no-password',
    '--username',
    user,
    '--dbname',
    database,
    '--tuples-only',
    '--no-align',
    '--command',
    sql,
  ],
  /** Prints the name and the labels of each running container: two JSON values on one line. */
  labels: (): Command => scriptCommand('container-labels.sh', labelsScript, []),
  /**
   * Prints the log of a container that starts, until its state is decided: assets/remote/follow-start.sh.
   * @param restarts that it may have
   * @param check a command inside of the container whose success ends it as well, with 3
   */
  followStart: (id: string, restarts: number, seconds: number, check: readonly string[] = []) =>
    scriptCommand('follow-start.sh', followScript, [id, `${restarts}`, `${seconds}`, ...check]),
  /** Prints the current resource usage of a container: one object with `MemUsage`, such as `38.5MiB / 300MiB`. */
  stats: (id: string): Argv => ['docker', 'container', 'stats', '--no-stream', '--format', '{{json .}}', id],
  /** Prints a container's log, both streams, for the operator; with `follow`, until the program is ended. */
  showLog: (
    id: string,
    {
      tail,
      since,
      follow,
    }: { readonly tail: string; readonly since: string | undefined; readonly follow: boolean },
  ): Argv => [
    'docker',
    'container',
    'logs',
    '--tail',
    tail,
    ...(since === undefined ? [] : ['--since', since]),
    ...(follow ? ['--follow'] : []),
    id,
  ],
  /** Prints the last lines of a container's log. */
  logTail: (id: string, lines: number): Argv => ['docker', 'container', 'logs', '--tail', `${lines}`, id],
} as const;
