type Argv = readonly [string, ...string[]];

/** The version of Compose: the plugin of docker (v2), or the separate program (v1). */
export type ComposeVersion = 'v1' | 'v2';

const program: Readonly<Record<ComposeVersion, Argv>> = {
  v1: ['docker-compose'],
  v2: ['docker', 'compose'],
};

/**
 * Names the file, the variables and the project, so that no setting of the environment, and no other file in the folder
 * (such as compose.yaml, which v2 prefers), decides about them.
 */
function start(version: ComposeVersion, project: string): Argv {
  const [first, ...rest] = program[version];
  // Compose refuses an empty name; it then takes the folder's, and refuses that.
  const named = project === '' ? [] : ['--project-name', project];
  return [first, ...rest, '--file', 'docker-compose.yml', '--env-file', '.env', ...named];
}

/** Argument lists for Docker Compose, to be run in the folder of the compose file. */
export const compose = {
  /** Prints the version. Ends with 0 if this Compose is installed. */
  version: (version: ComposeVersion): Argv => [...program[version], 'version', '--short'],
  /**
   * Prints `NAME HASH` for each service. HASH is the expected value of the label com.docker.compose.config-hash of its
   * container.
   */
  configHashes: (version: ComposeVersion, project: string): Argv =>
    version === 'v1'
      ? [...start('v1', project), 'config', '--hash=*']
      : [...start('v2', project), 'config', '--hash', '*'],
  /**
   * Starts a service. Without `--no-deps`, because Compose v2 would then omit `depends_on` from the hash that it
   * writes, and the label would never equal what `config --hash` prints.
   */
  up: (version: ComposeVersion, project: string, service: string): Argv => [
    ...start(version, project),
    'up',
    '--detach',
    service,
  ],
  stop: (version: ComposeVersion, project: string, service: string): Argv => [
    ...start(version, project),
    'stop',
    service,
  ],
  /** Removes the stopped container of a service. Its data is in a folder of the host, and is kept. */
  remove: (version: ComposeVersion, project: string, service: string): Argv => [
    ...start(version, project),
    'rm',
    '--force',
    service,
  ],
} as const;

/**
 * Returns the name that Compose gives to the project in a folder by default: what it names stays the same.
 * Source: docker/compose v1, compose/cli/command.py (get_project_name); compose-go, loader (NormalizeProjectName).
 */
export function projectIn(folder: string): string {
  const name = folder.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
