import { closingLineOf } from '../run/closing-line.ts';
import { type Missing, whatIsMissing } from '../run/missing.ts';
import type { Extent, RunSettings } from '../run/settings.ts';
import { type TestFile, testFiles } from '../run/test-files.ts';
import { CheckoutCopy } from './checkout-copy.ts';
import { filesForFault } from './choose-files.ts';
import { readCoverage } from './coverage-map.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { hostileFaults } from './hostile-faults.ts';
import type { Options } from './options.ts';
import { type Failure, runTask } from './task.ts';

/** Seconds for one fault, in which its test files run one after another. */
const secondsPerFault = 90;
/** Minutes for all faults, and for the control run after them. */
const minutes = { faults: 50, control: 10 } as const;
/** Faults that need not be found before `npm run test:all`. */
const onlyInAll = 2;

interface Outcome {
  readonly fault: Fault;
  /** The extent of the test run that found it; null if none did. */
  readonly by: Extent | null;
  readonly failure: Failure | null;
}

/** Plants one fault after another, and runs the test files that execute its source file until one of them fails. */
export async function checkFaults({ faults: names, seed }: Options): Promise<boolean> {
  const chosen = [...faults, ...hostileFaults].filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
  );
  const files = chosen.flatMap((fault) => filesForFault(fault, readCoverage(), testFiles()));
  const missing = await whatIsMissing([...new Set(files.flatMap(({ needs }) => needs))], say);
  for (const { name, why } of missing) say(`left out: test files that need ${name} (${why})`);
  say(`${chosen.length} faults, seed ${seed}`);
  const check = new Check(missing, seed);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => check.end());
  try {
    const outcomes: Outcome[] = [];
    for (const fault of chosen) outcomes.push(await check.tryFault(fault, 'usual'));
    for (const [index, { fault, by }] of outcomes.entries())
      if (by === null) outcomes[index] = await check.tryFault(fault, 'all');
    return verdict(await check.confirmed(outcomes));
  } finally {
    check.end();
  }
}

class Check {
  readonly #copy = new CheckoutCopy();
  readonly #until = performance.now() + minutes.faults * 60_000;
  readonly #map = readCoverage();
  readonly #missing: readonly string[];
  readonly #seed: number;

  constructor(missing: readonly Missing[], seed: number) {
    this.#missing = missing.map(({ name }) => name);
    this.#seed = seed;
  }

  /** Plants a fault, and prints the outcome. */
  async tryFault(fault: Fault, extent: Extent): Promise<Outcome> {
    const since = performance.now();
    const seconds = Math.min(secondsPerFault, (this.#until - since) / 1000);
    const files = filesForFault(fault, this.#map, testFiles()).filter(
      ({ needs, runs }) =>
        !needs.some((need) => this.#missing.includes(need)) &&
        (extent === 'all' || runs !== 'only in test:all'),
    );
    const command = extent === 'all' ? 'npm run test:all' : 'npm test';
    if (files.length === 0)
      return shown(fault, null, null, `no test file executes ${fault.usedBy ?? fault.file}`);
    if (seconds < 1) return shown(fault, null, null, 'not tried: the time is over');
    const takeBack = this.#copy.plant(fault);
    try {
      const how = { settings: this.#settings(extent, files), stopsAtFailure: true, seconds };
      const { failures, ended, isCutOff } = await runTask(this.#copy, files, how);
      const [failure = null] = failures;
      const took = `${((performance.now() - since) / 1000).toFixed(0)} s`;
      const searched = `${command}: ${ended} of ${files.length} test files, ${took}${isCutOff ? ', cut off' : ''}`;
      return shown(fault, failure === null ? null : extent, failure, searched);
    } finally {
      takeBack();
    }
  }

  /** Returns the outcomes after a run without any fault: a test file that fails in it found nothing. */
  async confirmed(outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
    this.#copy.build();
    const passing = new Set<string>();
    for (const extent of ['usual', 'all'] as const) {
      const found = outcomes.flatMap(({ by, failure }) => (by === extent ? (failure?.file ?? []) : []));
      const files = testFiles().filter(({ path }) => found.includes(path));
      if (files.length === 0) continue;
      say(`\nwithout a fault: ${files.length} test files`);
      const seconds = minutes.control * 60;
      const how = { settings: this.#settings(extent, files), stopsAtFailure: false, seconds };
      const { failures, isCutOff } = await runTask(this.#copy, files, how);
      if (isCutOff) say('cut off');
      for (const { file, test } of failures) say(`fails without a fault as well: ${file} > ${test}`);
      const failing = failures.map(({ file }) => file);
      for (const { path } of files) if (!isCutOff && !failing.includes(path)) passing.add(path);
    }
    return outcomes.map((one) =>
      one.failure === null || passing.has(one.failure.file) ? one : { ...one, by: null },
    );
  }

  end(): void {
    this.#copy.remove();
  }

  #settings(extent: Extent, files: readonly TestFile[]): RunSettings {
    // Avoids bringing the testbed up without need.
    const unused = files.some(({ needs }) => needs.includes('testbed')) ? [] : ['testbed'];
    const missing = [...this.#missing, ...unused];
    const rest = { share: null, shuffle: false, named: true, logFile: null, coverage: false } as const;
    return { extent, seed: this.#seed, missing, ...rest };
  }
}

function shown(fault: Fault, by: Extent | null, failure: Failure | null, searched: string): Outcome {
  say(`\n${by === null ? 'NOT FOUND' : 'found'}  ${fault.name}: ${fault.wrong}\n    ${searched}`);
  if (failure !== null) say(`    ${failure.file}${failure.test === null ? '' : ` > ${failure.test}`}`);
  return { fault, by, failure };
}

function verdict(outcomes: readonly Outcome[]): boolean {
  const count = (by: Extent | null) => outcomes.filter((one) => one.by === by).length;
  const [usual, all, none] = [count('usual'), count('all'), count(null)];
  say(`\nfound by npm test: ${usual} of ${outcomes.length}; by npm run test:all: ${usual + all}`);
  if (all > onlyInAll) say(`npm test has to find all but ${onlyInAll}`);
  for (const { by, fault } of outcomes) if (by === null) say(`not found: ${fault.name}`);
  say(closingLineOf({ passed: usual + all, failed: none, skipped: 0 }));
  return none === 0 && all <= onlyInAll;
}

function say(line: string): void {
  console.log(line);
}
