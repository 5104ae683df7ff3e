type Argv = readonly [string, ...string[]];

/**
 * Argument lists for openspec(1), https://github.com/Fission-AI/OpenSpec; to be run in the folder that contains
 * `openspec/`.
 */
export const openspec = {
  /** Prints the active changes as JSON: `{"changes": [{"name", "completedTasks", "totalTasks", …}]}`. */
  list: (): Argv => ['openspec', 'list', '--json'],
  /** Moves a change to `openspec/changes/archive/DATE-NAME`, and updates the specs that it affects. */
  archive: (change: string): Argv => ['openspec', 'archive', change, '--yes', '--json'],
} as const;
