import { appendFileSync, readFileSync } from 'node:fs';

/** CPU time that a test file used. */
export interface CpuEntry {
  readonly type: 'cpu';
  /** Path of the test file, from the checkout. */
  readonly file: string;
  readonly pid: number;
  /** CPU seconds of the worker process and of its ended children, since the process began. */
  readonly process: number;
  /** CPU seconds that machines of the testbed used for this worker, since the process began. */
  readonly machines: number;
}

/** The part of a matrix that a test file ran. */
interface SampleEntry {
  readonly type: 'sample';
  readonly matrix: string;
  readonly taken: number;
  readonly of: number;
  /** `k/n` */
  readonly share: string;
}

/** The sources that a test file executed. */
interface CoverageEntry {
  readonly type: 'coverage';
  /** Path of the test file, from the checkout. */
  readonly file: string;
  /** Paths of the files of src/ in which it, or a program that it started, called a function. */
  readonly sources: readonly string[];
}

export type RunLogEntry = CpuEntry | SampleEntry | CoverageEntry;

/** Appends one entry, with one write of one line, so that workers may write at the same time. */
export function logEntry(file: string | null, entry: RunLogEntry): void {
  if (file !== null) appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** Reads the entries of a run, in the order in which they were written. */
export function readRunLog(file: string): readonly RunLogEntry[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  // Only logEntry writes this file, in the same run.
  return lines.filter((line) => line !== '').map((line): RunLogEntry => JSON.parse(line));
}
