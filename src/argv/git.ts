type Argv = readonly [string, ...string[]];

/** Argument lists for git(1). Each answers by its exit code. */
export const git = {
  /** 0 inside a work tree, 128 outside of any. */
  isWorkTree: (): Argv => ['git', 'rev-parse', '--is-inside-work-tree'],
  /** 0 where the path is ignored, 1 where it is not; the path need not exist. */
  isIgnored: (path: string): Argv => ['git', 'check-ignore', '--quiet', '--no-index', '--', path],
  /** 0 where the index holds the path, 1 where it does not. */
  isTracked: (path: string): Argv => ['git', 'ls-files', '--error-unmatch', '--', path],
} as const;
