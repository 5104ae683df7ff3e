import type { Reporter, TestModule } from 'vitest/node';

/** The result of a run in numbers of tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the tests of a run. A file or a hook that fails outside a test counts as one failed test. */
export function countsOf(modules: readonly TestModule[], unhandled: readonly unknown[]): Counts {
  const testsOf = (module: TestModule) => [...module.children.allTests()];
  const count = (tests: readonly ReturnType<typeof testsOf>[number][], state: string) =>
    tests.filter((test) => test.result().state === state).length;
  const tests = modules.flatMap(testsOf);
  const broken = modules.filter((one) => one.state() === 'failed' && count(testsOf(one), 'failed') === 0);
  const failed = count(tests, 'failed') + broken.length + unhandled.length;
  return { passed: count(tests, 'passed'), failed, skipped: count(tests, 'skipped') };
}

export function closingLineOf({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A reporter for Vitest that prints the counts in one plain last line, for programs that read only that line. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    process.stdout.write(`${closingLineOf(countsOf(modules, unhandled))}\n`);
  }
}
