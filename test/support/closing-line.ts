import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one plain line of counts, for whoever reads the last line alone. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const failedIn = (one: TestModule) =>
      [...one.children.allTests()].filter((test) => test.result().state === 'failed').length;
    const tests = modules.flatMap((one) => [...one.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A hook that fails leaves the tests behind it skipped, and none of them failed.
    const brokenFiles = modules.filter((one) => one.state() === 'failed' && failedIn(one) === 0);
    const failed = count('failed') + brokenFiles.length + unhandled.length;
    process.stdout.write(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }
}
