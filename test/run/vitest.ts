// biome-ignore lint/suspicious/noDeprecatedImports: only another overload of it is deprecated
import { createVitest, type Reporter, type TestModule } from 'vitest/node';
import { builtVariable } from '../support/program/built-program.ts';
import { type Counts, countsOf } from './closing-line.ts';
import type { Options } from './options.ts';
import { environmentOf } from './settings.ts';
import { type Group, groups } from './test-files.ts';

/** Groups of `npm run test:unit`, which need only Node and little time. */
const quick: readonly Group[] = ['unit', 'fuzz'];

/** Runs the test files of these options in Vitest. Returns their result. */
export async function runVitest({
  command,
  settings,
  groups: chosen,
  files,
}: Pick<Options, 'command' | 'settings' | 'groups' | 'files'>): Promise<Counts> {
  Object.assign(process.env, environmentOf(settings), { [builtVariable]: 'yes' });
  const counter = new Counter();
  const asked = chosen.length > 0 ? chosen : command === 'unit' ? quick : groups;
  const project = asked.flatMap((group) => (group === 'wizard' ? [group, 'burst'] : [group]));
  const vitest = await createVitest({ project, watch: false, reporters: ['default', counter] });
  try {
    await vitest.start([...files]);
  } finally {
    await vitest.close();
  }
  return counter.counts;
}

class Counter implements Reporter {
  counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.counts = countsOf(modules, unhandled);
  }
}
