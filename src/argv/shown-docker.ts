type Argv = readonly [string, ...string[]];

const tailOf = (lines: number | undefined): readonly string[] =>
  lines === undefined ? [] : ['--tail', `${lines}`];

/** Argument lists for the docker(1) commands that erp-deploy shows to the operator, in the short form that people type. */
export const shownDocker = {
  start: (name: string): Argv => ['docker', 'start', name],
  restart: (name: string): Argv => ['docker', 'restart', name],
  forceRemove: (name: string): Argv => ['docker', 'rm', '--force', name],
  runningContainers: (): Argv => ['docker', 'ps'],
  /** @param lines of the end of the log; if left out, the whole log */
  logs: (name: string, lines?: number): Argv => ['docker', 'logs', ...tailOf(lines), name],
  inspect: (name: string): Argv => ['docker', 'inspect', name],
  hostConfig: (name: string): Argv => ['docker', 'inspect', '--format', '{{json .HostConfig}}', name],
  labelsOf: (name: string): Argv => containerFields(name, '{{json .Config.Labels}}'),
  healthOf: (name: string): Argv => containerFields(name, '{{json .State.Health}}'),
  /** @param name if left out, all running containers */
  stats: (name?: string): Argv => ['docker', 'stats', '--no-stream', ...(name === undefined ? [] : [name])],
  psql: (container: string, ...options: readonly string[]): Argv => [
    'docker',
    'exec',
    container,
    'psql',
    ...options,
  ],
  /** Runs psql on a terminal, which it needs to prompt for a password. */
  psqlOnTerminal: (container: string, ...options: readonly string[]): Argv => [
    'docker',
    'exec',
    '-it',
    container,
    'psql',
    ...options,
  ],
  inspectImage: (image: string): Argv => ['docker', 'image', 'inspect', image],
  /** Reads images from standard input, as `docker save` writes them. */
  loadImages: (): Argv => ['docker', 'load'],
  inspectNetwork: (name: string): Argv => ['docker', 'network', 'inspect', name],
  connectNetwork: (network: string, container: string): Argv => [
    'docker',
    'network',
    'connect',
    network,
    container,
  ],
  contexts: (): Argv => ['docker', 'context', 'ls'],
  diskUsage: (): Argv => ['docker', 'system', 'df'],
} as const;

function containerFields(name: string, format: string): Argv {
  return ['docker', 'container', 'inspect', name, '--format', format];
}
