import { type Profiler, Session } from 'node:inspector';

/** A script of this process with its called functions. */
export interface CalledScript {
  readonly id: string;
  /** Its URL, such as `file:///srv/erp-deploy/src/run.ts`. */
  readonly url: string;
  readonly functions: readonly CalledFunction[];
}

/** The offsets of a function in the text of its script. */
export interface CalledFunction {
  readonly start: number;
  readonly end: number;
}

/** Counts the calls of every function of this process after its construction. V8 counts, so the code is not changed. */
export class PreciseCoverage {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }

  /** Returns the scripts in which a function was called since the previous call of this method. */
  take(): readonly CalledScript[] {
    return this.#counts().flatMap(({ scriptId, url, functions }) => {
      const called = functions.flatMap(({ ranges: [whole] }) =>
        whole === undefined || whole.count === 0 ? [] : [{ start: whole.startOffset, end: whole.endOffset }],
      );
      return called.length === 0 ? [] : [{ id: scriptId, url, functions: called }];
    });
  }

  /** Returns the loaded text of a script. */
  textOf({ id }: CalledScript): string {
    this.#session.post('Debugger.enable');
    let text = '';
    this.#session.post('Debugger.getScriptSource', { scriptId: id }, (error, answer) => {
      if (error !== null) throw error;
      text = answer.scriptSource;
    });
    return text;
  }

  // A session to its own thread answers before `post` returns.
  #counts(): readonly Profiler.ScriptCoverage[] {
    let counts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      counts = answer.result;
    });
    return counts;
  }
}
