import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from '../imports.ts';
import { type CalledFunction, PreciseCoverage } from './precise-coverage.ts';
import { takeSourcesOfPrograms } from './program-coverage.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const sourceFolder = new URL('../../../src/', import.meta.url).href;

/** Runs in a separate thread whose coverage is not measured. In the main thread, its imports would count. */
const thread = {
  starts: 'src/adapters/embedded-thread.ts',
  runs: 'src/adapters/embedded-worker.ts',
} as const;

/** Measures which sources a test file executes, in its own process and in the built programs that it starts. */
export class FileCoverage {
  readonly #coverage = new PreciseCoverage();
  readonly #testRun: string | undefined;

  /** @param testRun folder of the built programs; undefined for a test file that starts none of them */
  constructor(testRun: string | undefined) {
    this.#testRun = testRun;
  }

  /** Discards the calls so far. Calls during the loading of modules happen in every test file that imports them. */
  begin(): void {
    this.#coverage.take();
  }

  /** Returns the sorted files of src/ in which a function was called. */
  end(): readonly string[] {
    const sources = new Set([...this.#inProcess(), ...this.#inPrograms()]);
    if (sources.has(thread.starts)) {
      for (const file of importsOf(join(checkout, thread.runs), checkout))
        sources.add(relative(checkout, file));
    }
    return [...sources].toSorted();
  }

  #inProcess(): readonly string[] {
    const ours = this.#coverage.take().filter(({ url }) => url.startsWith(sourceFolder));
    const called = ours.filter((script) => {
      const text = this.#coverage.textOf(script);
      return script.functions.some((one) => !isOfTheModule(one, text));
    });
    return called.map(({ url }) => relative(checkout, fileURLToPath(url)));
  }

  #inPrograms(): ReadonlySet<string> {
    const inCheckout = takeSourcesOfPrograms(join(checkout, 'test/.build/*'));
    if (this.#testRun === undefined) return inCheckout;
    // Test files share a finished workspace. Each has to create it, because otherwise only the first one would appear
    // to need it.
    rmSync(join(this.#testRun, 'finished'), { recursive: true, force: true });
    return new Set([...inCheckout, ...takeSourcesOfPrograms(join(this.#testRun, '*'))]);
  }
}

/** Returns whether Vite generated the function: it wraps each module and each export in one. */
function isOfTheModule({ start, end }: CalledFunction, text: string): boolean {
  return /^('use strict';)?async \(__vite_ssr|^\(\) => \{ try \{ return /.test(text.slice(start, end));
}
