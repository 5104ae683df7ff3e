type Argv = readonly [string, ...string[]];

/**
 * Argument lists for openspec(1), https://github.com/Fission-AI/OpenSpec; to be run in the folder that contains
 * `openspec/`.
 */
export const openspec = {
  /** Prints the active changes as JSON: `{"changes": [{"name", "completedTasks", "totalTasks", …}]}`. */
  list: (): Argv => ['openspec', 'list', '--json'],
  /** Prints the version alone, such as `1.13.2`. */
  version: (): Argv => ['openspec', '--version'],
  /** Moves a change to `openspec/changes/archive/DATE-NAME`, and updates the specs that it affects. */
  archive: (change: string): Argv => ['openspec', 'archive', change, '--yes', '--json'],
} as const;

/** Its versions before 1.6 print a note about telemetry before their JSON, unless telemetry is off (tried, 1.0 to 1.13). */
export const openspecEnvironment = { OPENSPEC_TELEMETRY: '0' } as const;
