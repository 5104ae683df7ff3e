type Argv = readonly [string, ...string[]];

/** Argument lists for openspec(1), https://github.com/Fission-AI/OpenSpec; run in the folder that holds `openspec/`. */
export const openspec = {
  /** Active changes, in JSON: `{"changes": [{"name", "completedTasks", "totalTasks", …}]}`. */
  list: (): Argv => ['openspec', 'list', '--json'],
  /** Moves a change to `openspec/changes/archive/DATE-NAME`, and updates the specs that it is about. */
  archive: (change: string): Argv => ['openspec', 'archive', change, '--yes', '--json'],
} as const;
