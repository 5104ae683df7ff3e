type Argv = readonly [string, ...string[]];

/** Argument lists for git(1). The result of each is its exit code, if it does not say otherwise. */
export const git = {
  /** Prints the id of the checked-out commit; ends with 128 outside of a work tree, and before the first commit. */
  commit: (): Argv => ['git', 'rev-parse', '--verify', 'HEAD'],
  /** Ends with 0 in a work tree, with 128 outside of one. */
  isWorkTree: (): Argv => ['git', 'rev-parse', '--is-inside-work-tree'],
  /** Ends with 0 if the path is ignored, with 1 if it is not. The path need not exist. */
  isIgnored: (path: string): Argv => ['git', 'check-ignore', '--quiet', '--no-index', '--', path],
  /** Ends with 0 if the path is in the index, with 1 if it is not. */
  isTracked: (path: string): Argv => ['git', 'ls-files', '--error-unmatch', '--', path],
} as const;
