/**
 * The settings of a test run. test/run.ts passes them to the configuration of Vitest and to the workers in environment
 * variables, so that `vitest run FILE` works without test/run.ts.
 */
export type Extent =
  /** Every behaviour once, and a rotating sample of each matrix: `npm test`. */
  | 'usual'
  /** All matrices, long ones in shares: `npm run test:all`. */
  | 'all';

/** The k-th of n equal parts, with k from 1 to n. */
export interface Share {
  readonly k: number;
  readonly n: number;
}

export interface RunSettings {
  readonly extent: Extent;
  /** Selects the samples of matrices, and the order of a shuffled run. */
  readonly seed: number;
  /** The share of all matrices, in place of their own shares. */
  readonly share: Share | null;
  readonly shuffle: boolean;
  /** Whether files or groups were named; then files that run in turn are not left out. */
  readonly named: boolean;
  /** Names of the programs and rights that this machine lacks: see needs.ts. */
  readonly missing: readonly string[];
  /** File to which workers append their CPU time and samples; null if nothing reads it. */
  readonly logFile: string | null;
  /** Whether each test file logs which sources it executes. Then only one runs at a time. */
  readonly coverage: boolean;
}

const names = {
  extent: 'ERP_DEPLOY_TEST_EXTENT',
  seed: 'ERP_DEPLOY_SEED',
  share: 'ERP_DEPLOY_TEST_SHARD',
  shuffle: 'ERP_DEPLOY_TEST_SHUFFLE',
  named: 'ERP_DEPLOY_TEST_NAMED',
  missing: 'ERP_DEPLOY_TEST_MISSING',
  logFile: 'ERP_DEPLOY_TEST_LOG',
  coverage: 'ERP_DEPLOY_TEST_COVERAGE',
} as const;

/** Returns the environment variables that carry these settings. */
export function environmentOf(settings: RunSettings): Readonly<Record<string, string>> {
  const { extent, seed, share, shuffle, named, missing, logFile, coverage } = settings;
  return {
    [names.extent]: extent,
    [names.seed]: `${seed}`,
    [names.share]: share === null ? '' : `${share.k}/${share.n}`,
    [names.shuffle]: shuffle ? 'yes' : '',
    [names.named]: named ? 'yes' : '',
    [names.missing]: missing.join(' '),
    [names.logFile]: logFile ?? '',
    [names.coverage]: coverage ? 'yes' : '',
  };
}

/** Reads the settings of this run; without test/run.ts, those of `npm test`. */
export function settingsFrom(env: NodeJS.ProcessEnv): RunSettings {
  return {
    extent: env[names.extent] === 'all' ? 'all' : 'usual',
    seed: env[names.seed] ? Number(env[names.seed]) : seedOfToday(),
    share: shareFrom(env[names.share] ?? ''),
    shuffle: env[names.shuffle] === 'yes',
    // Without test/run.ts, Vitest is started for chosen files.
    named: env[names.named] !== '',
    missing: (env[names.missing] ?? '').split(' ').filter((name) => name !== ''),
    logFile: env[names.logFile] || null,
    coverage: env[names.coverage] === 'yes',
  };
}

/** Returns the days since 1970: consecutive seeds take consecutive parts of a matrix. */
export function seedOfToday(): number {
  return Math.floor(Date.now() / 86_400_000);
}

/** Returns null for anything but `k/n` with 1 ≤ k ≤ n. */
export function shareFrom(text: string): Share | null {
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  return k === undefined || n === undefined || k < 1 || k > n ? null : { k, n };
}
