type Argv = readonly [string, ...string[]];

/** Which Compose a machine has: the plugin (v2), or the program of its own (v1). */
export type ComposeVersion = 'v1' | 'v2';

const program: Readonly<Record<ComposeVersion, Argv>> = {
  v1: ['docker-compose'],
  v2: ['docker', 'compose'],
};

/** Argument lists for Docker Compose; run in the folder of the compose file. */
export const compose = {
  /** 0 where this Compose is installed; prints its version. */
  version: (version: ComposeVersion): Argv => [...program[version], 'version', '--short'],
  /** Prints `NAME HASH`: what the label com.docker.compose.config-hash of its container should be. */
  configHash: (version: ComposeVersion, service: string): Argv =>
    version === 'v1'
      ? [...program.v1, 'config', `--hash=${service}`]
      : [...program.v2, 'config', '--hash', service],
  /**
   * Without `--no-deps`: Compose v2 leaves `depends_on` out of the hash that it writes then, and the label
   * would never be what `config --hash` says.
   */
  up: (version: ComposeVersion, service: string): Argv => [...program[version], 'up', '--detach', service],
  stop: (version: ComposeVersion, service: string): Argv => [...program[version], 'stop', service],
  /** Removes the stopped container of a service; its data is in a folder of the host, and stays. */
  remove: (version: ComposeVersion, service: string): Argv => [...program[version], 'rm', '--force', service],
} as const;
