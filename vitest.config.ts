import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import { settingsFrom } from './test/run/settings.ts';
import { filesOfRun, type Group, groups } from './test/run/test-files.ts';
import { TestOrder } from './test/run/test-order.ts';

const settings = settingsFrom(process.env);
const { seed, shuffle, coverage } = settings;

/** Embeds the scripts that run on a host, as the build does. */
const shellText: Plugin = {
  name: 'shell-text',
  enforce: 'pre',
  load: (path) =>
    /\.(?:sh|bash)$/.test(path) ? `export default ${JSON.stringify(readFileSync(path, 'utf8'))};` : null,
};

/** More than the two cores of a small machine: files wait half of the time, for containers or started programs. */
const filesAtOnce = 3;

/** WebAssembly in the tests' own processes is compiled as `bin/erp-deploy.js` has it compiled. */
const baselineWebAssembly = ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];

/** Milliseconds for what is polled; it ends as soon as the condition holds, so it may be long. */
const expectation = { poll: { timeout: 30_000 } };

const program = { globalSetup: ['test/support/program/built-program.ts'] };
const programAndTestbed = {
  globalSetup: ['test/support/program/built-program.ts', 'test/testbed/setup.ts'],
  setupFiles: ['test/testbed/after-file.ts'],
};
/** Bounds for a test that hangs. They are wide, since a busy machine can be ten times slower than a quiet one. */
const minutes = (count: number) => ({ testTimeout: count * 60_000, hookTimeout: count * 60_000 });

/** Measures how soon a key is answered, so it runs last and on its own. */
const burst = 'test/e2e/wizard-burst.test.ts';

interface HowAGroupRuns {
  readonly globalSetup?: string[];
  readonly setupFiles?: string[];
  readonly testTimeout: number;
  readonly hookTimeout: number;
  readonly maxWorkers: number;
  readonly isolate?: boolean;
  /** Groups of the same order run at the same time. */
  readonly order: number;
}

// Without isolation a worker keeps the modules of the program, which cost more to load than most of these tests to run.
// Some unit tests check that a silent connection is noticed in time, so no more run at once than there are cores.
const light: HowAGroupRuns = { ...minutes(3), maxWorkers: 2, order: 0, isolate: false };
const container: HowAGroupRuns = { ...programAndTestbed, ...minutes(10), maxWorkers: filesAtOnce, order: 1 };

const howGroupsRun: Readonly<Record<Group, HowAGroupRuns>> = {
  unit: light,
  fuzz: light,
  schemas: light,
  database: light,
  embedded: { ...program, ...minutes(8), maxWorkers: filesAtOnce, order: 1 },
  docker: container,
  production: container,
  cloudflare: container,
  peers: { ...program, ...minutes(8), maxWorkers: filesAtOnce, order: 1 },
  wizard: { ...program, ...minutes(5), maxWorkers: 2, order: 2 },
};

/** For the coverage of a test file: all that is executed is executed for that file. */
const oneByOne = { maxWorkers: 1, isolate: true } as const;

const files = filesOfRun(settings);

function project(
  name: string,
  include: readonly string[],
  how: HowAGroupRuns,
): TestProjectInlineConfiguration {
  const { order, setupFiles = [], ...rest } = how;
  return {
    plugins: [shellText],
    test: {
      ...rest,
      ...(coverage ? oneByOne : {}),
      name,
      include: [...include],
      execArgv: baselineWebAssembly,
      expect: expectation,
      // The first, so that its hook runs after all others.
      setupFiles: ['test/run/setup-file.ts', ...setupFiles],
      sequence: { groupOrder: order, shuffle: { tests: shuffle } },
    },
  };
}

const projects = groups.flatMap((group) => {
  const paths = files.filter((file) => file.group === group && file.path !== burst).map(({ path }) => path);
  return paths.length === 0 ? [] : [project(group, paths, howGroupsRun[group])];
});
const alone: HowAGroupRuns = { ...howGroupsRun.wizard, maxWorkers: 1, order: 3 };

export default defineConfig({
  test: {
    reporters: ['default', './test/run/closing-line.ts'],
    sequence: { sequencer: TestOrder, seed },
    projects: [...projects, project('burst', [burst], alone)],
  },
});
