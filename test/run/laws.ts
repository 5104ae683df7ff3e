import type { Group } from './test-files.ts';

/** A property that `npm run test:soak` tests again and again. */
export interface Law {
  readonly groups?: readonly Group[];
  /** Paths of test files. */
  readonly files?: readonly string[];
  /** Number of shares of a matrix; each round runs the next one. Without it, each round has another seed. */
  readonly shares?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export const laws: Readonly<Record<string, Law>> = {
  'kills-at-random': { files: ['test/e2e/killed-at-random.test.ts'] },
  'wizard-monkey': { files: ['test/e2e/wizard-monkey.test.ts'] },
  fuzz: { groups: ['fuzz'] },
  'kill-points': {
    files: ['test/e2e/killed-anywhere.test.ts'],
    shares: 40,
    env: { ERP_DEPLOY_EVERY_KILL: '1' },
  },
  schemas: { files: ['test/database/random-schemas/random-schemas.test.ts'] },
  mutations: { groups: ['schemas'], shares: 20 },
  faults: { files: ['test/e2e-docker/production-faults.test.ts'], shares: 9 },
};
