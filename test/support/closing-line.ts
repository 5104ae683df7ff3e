import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one plain line of counts, for whoever reads the last line alone. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((one) => [...one.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenFiles = modules.filter(
      (one) => one.state() === 'failed' && [...one.children.allTests()].length === 0,
    );
    const failed = count('failed') + brokenFiles.length + unhandled.length;
    process.stdout.write(`${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`);
  }
}
