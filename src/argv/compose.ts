type Argv = readonly [string, ...string[]];

/** The version of Compose: the plugin of docker (v2), or the separate program (v1). */
export type ComposeVersion = 'v1' | 'v2';

const program: Readonly<Record<ComposeVersion, Argv>> = {
  v1: ['docker-compose'],
  v2: ['docker', 'compose'],
};

/** Argument lists for Docker Compose, to be run in the folder of the compose file. */
export const compose = {
  /** Prints the version. Ends with 0 if this Compose is installed. */
  version: (version: ComposeVersion): Argv => [...program[version], 'version', '--short'],
  /** Prints `NAME HASH`. HASH is the expected value of the label com.docker.compose.config-hash of its container. */
  configHash: (version: ComposeVersion, service: string): Argv =>
    version === 'v1'
      ? [...program.v1, 'config', `--hash=${service}`]
      : [...program.v2, 'config', '--hash', service],
  /**
   * Starts a service. Without `--no-deps`, because Compose v2 would then omit `depends_on` from the hash that it
   * writes, and the label would never equal what `config --hash` prints.
   */
  up: (version: ComposeVersion, service: string): Argv => [...program[version], 'up', '--detach', service],
  stop: (version: ComposeVersion, service: string): Argv => [...program[version], 'stop', service],
  /** Removes the stopped container of a service. Its data is in a folder of the host, and is kept. */
  remove: (version: ComposeVersion, service: string): Argv => [...program[version], 'rm', '--force', service],
} as const;
