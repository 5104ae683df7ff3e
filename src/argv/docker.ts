type Argv = readonly [string, ...string[]];

/** Names are anchored: Docker's filters match a part of a name. */
const named = (name: string) => `name=^/?${name}$`;

/** Argument lists for docker(1). Looks answer in JSON, one object a line. */
export const docker = {
  /** Client and server in one object; 1 where no engine answers, with `Server` null. */
  version: (): Argv => ['docker', 'version', '--format', '{{json .}}'],
  /** The address of the engine that is in use, such as `unix:///var/run/docker.sock`. */
  endpoint: (): Argv => ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
  /** The engine's own time, RFC 3339 with nanoseconds: what stamps the lines of its logs. */
  time: (): Argv => ['docker', 'info', '--format', '{{.SystemTime}}'],
  /** Ids of the containers of this very name, running or not; nothing where there is none. */
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
  /** Names and states of the containers of these very names, running or not, one object a line. */
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
   * Names and states of what Compose made in a folder for a service under a passing name, one object a line: it
   * makes the new container so, and renames it once the old one is gone.
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
  /** 0 where the engine has the container, 1 where it does not. */
  inspectContainer: (id: string): Argv => ['docker', 'container', 'inspect', id],
  /** The times in the last half hour that the kernel ended something in the container for want of memory. */
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
  /** Containers that publish a port of the host. */
  publishing: (port: number): Argv => [
    'docker',
    'container',
    'ls',
    '--filter',
    `publish=${port}`,
    '--format',
    '{{json .}}',
  ],
  /** 0 where the engine has the image, 1 where it does not. */
  inspectImage: (image: string): Argv => ['docker', 'image', 'inspect', '--format', '{{.Id}}', image],
  /** Ids of the images of this very name, one a line; nothing where there is none. */
  imagesNamed: (image: string): Argv => [
    'docker',
    'image',
    'ls',
    '--quiet',
    '--filter',
    `reference=${image}`,
  ],
  /** 0 where the image's registry hands it out; it is asked, and nothing is fetched. */
  manifest: (image: string): Argv => ['docker', 'manifest', 'inspect', image],
  pull: (image: string): Argv => ['docker', 'image', 'pull', image],
  /**
   * Names and drivers of the networks whose name has this in it, one object a line; nothing where there is none. A
   * swarm knows whole names alone, and no anchors.
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
  /** 0 where the engine has the network, 1 where it does not. */
  inspectNetwork: (name: string): Argv => ['docker', 'network', 'inspect', '--format', '{{json .}}', name],
  /** A client of its own in a network asks a database whether it takes connections: 0 where it does. */
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
  /** Refused by the engine where a running container is on it. */
  removeNetwork: (name: string): Argv => ['docker', 'network', 'rm', name],
  /** Names of the containers on a network, running or not, one a line. */
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
  /** Both streams of a container's log, each line with its time. */
  logs: (id: string, since: string): Argv => [
    'docker',
    'container',
    'logs',
    '--timestamps',
    '--since',
    since,
    id,
  ],
  /** One statement, asked by the psql of a container over its socket; unaligned rows without a heading. */
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
  /** Of every container that runs, its name and its labels: two JSON values a line. One may go between the looks. */
  labels: (): Argv => [
    '/bin/sh',
    '-c',
    [
      'for try in 1 2 3; do ids=$(docker container ls --quiet --no-trunc) || exit',
      '[ -n "$ids" ] || exit 0',
      "said=$(docker container inspect --format '{{json .Name}} {{json .Config.Labels}}' $ids) && break",
      'done && printf "%s\\n" "$said"',
    ].join('; '),
  ],
  /** What it takes now, once: one object with `MemUsage`, such as `38.5MiB / 300MiB`. */
  stats: (id: string): Argv => ['docker', 'container', 'stats', '--no-stream', '--format', '{{json .}}', id],
  /** Its last lines alone. */
  logTail: (id: string, lines: number): Argv => ['docker', 'container', 'logs', '--tail', `${lines}`, id],
} as const;
