import type { AppendFile, Clock } from '../domain/ports.ts';
import { exitCodes, ProblemError } from '../domain/problem.ts';
import {
  type Entry,
  type JournalRecord,
  journalVersion,
  recordSchema,
  type Verified,
} from './journal-format.ts';
import { parseJournal } from './journal-text.ts';
import { type Unfinished, unfinishedIn } from './unfinished.ts';

/** What the journal remembers. It tells what was done; whether it is still true is for a look to say. */
export interface Recorded {
  readonly records: readonly JournalRecord[];
  /** What the last roll-out runs its local test on: as it began, or as was asked for by name since; null before the first. */
  readonly engine: 'embedded' | 'docker' | null;
  /** Why the last rollout went to production without a local test, resumes included; null if it did not. */
  readonly withoutLocalTest: string | null;
  /** The roll-out that was begun and not finished, if there is one. */
  readonly unfinished: Unfinished | null;
  /** Whether a file of this SHA-256 is as erp-deploy last left it, or was about to leave it when it was killed. */
  wrote(path: string, sha256: string): boolean;
  lastVerified(step: string): Verified | undefined;
  /**
   * Whether a look since the last good one found the database to be another than the migrations say. A look
   * that came to no end (interrupted, no engine) says nothing of it.
   */
  isDisproved(step: string): boolean;
  /** Whether a step ran into a problem after it was last seen. */
  failedSince(step: string): boolean;
  /** Why a person left a step out, after it was last seen; undefined where they did not. */
  leftOut(step: string): string | undefined;
  /** What a person answered in the last roll-out where this step asked; undefined where they were not asked. */
  answer(step: string): { readonly at: string; readonly text: string } | undefined;
  /**
   * Whether the last change of this scope was begun, and no end of it is known.
   * @param digest of a request: one with other words was not begun
   */
  inDoubt(scope: string, digest?: string): boolean;
}

/** @throws ProblemError (exit 3) where the journal is damaged or of a newer format. */
export async function readRecorded(file: AppendFile): Promise<Recorded> {
  return recordedOf(recordsOf(await file.read(), file.path).records);
}

function recordsOf(text: string, path: string) {
  const parsed = parseJournal(text, path);
  if ('problem' in parsed) throw new ProblemError(parsed.problem);
  return parsed;
}

/** Folds the records; later ones count. */
export function recordedOf(records: readonly JournalRecord[]): Recorded {
  const written = new Map<string, readonly string[]>();
  let verified = new Map<string, Verified>();
  /** What was seen before the last roll-out: all that is left of the evidence once that is undone. */
  let verifiedBefore = verified;
  const disproved = new Set<string>();
  const inDoubt = new Map<string, string | undefined>();
  const failed = new Set<string>();
  const leftOut = new Map<string, string>();
  const answers = new Map<string, { readonly at: string; readonly text: string }>();
  let engine: Recorded['engine'] = null;
  let withoutLocalTest: string | null = null;
  for (const record of records) {
    if (record.type === 'answered') answers.set(record.step, record);
    if (record.type === 'rollout' || record.type === 'rollback') answers.clear();
    if (record.type === 'rollout') {
      verifiedBefore = new Map(verified);
      engine = record.engine;
      withoutLocalTest = record.withoutLocalTest ?? null;
    }
    if (record.type === 'resumed') {
      engine = record.engine ?? engine;
      withoutLocalTest = record.withoutLocalTest ?? withoutLocalTest;
    }
    if (record.type === 'rollback') verified = new Map(verifiedBefore);
    if (record.type === 'intended') {
      inDoubt.set(record.scope, record.digest);
      if (record.written !== undefined) {
        const { path, sha256 } = record.written;
        written.set(path, [...(written.get(path) ?? []), sha256]);
      }
    }
    if (record.type === 'applied') {
      inDoubt.delete(record.scope);
      if (record.written !== undefined) written.set(record.written.path, [record.written.sha256]);
    }
    if (record.type === 'refused') inDoubt.delete(record.scope);
    if (record.type === 'failed') failed.add(record.step);
    if (record.type === 'failed' && record.exit === exitCodes.notAsMigrated) disproved.add(record.step);
    if (record.type === 'skipped') leftOut.set(record.step, record.reason);
    if (record.type === 'verified') {
      verified.set(record.step, record);
      failed.delete(record.step);
      disproved.delete(record.step);
      leftOut.delete(record.step);
    }
  }
  return {
    records,
    engine,
    withoutLocalTest,
    unfinished: unfinishedIn(records),
    wrote: (path, sha256) => written.get(path)?.includes(sha256) ?? false,
    lastVerified: (step) => verified.get(step),
    isDisproved: (step) => disproved.has(step),
    failedSince: (step) => failed.has(step),
    leftOut: (step) => leftOut.get(step),
    answer: (step) => answers.get(step),
    inDoubt: (scope, digest) => inDoubt.has(scope) && [undefined, digest].includes(inDoubt.get(scope)),
  };
}

/** The journal of a workspace, open for adding. Each record is on the disk before `add` answers. */
export class Journal {
  readonly #file: AppendFile;
  readonly #clock: Clock;
  readonly #records: JournalRecord[];
  /** Length of the file up to its last whole line. */
  #bytes: number;
  /** Whether a part of a line lies behind that. */
  #torn = false;

  private constructor(file: AppendFile, clock: Clock, records: readonly JournalRecord[], bytes: number) {
    this.#file = file;
    this.#clock = clock;
    this.#records = [...records];
    this.#bytes = bytes;
  }

  /**
   * Opens it, and mends what a kill left at its end.
   * @throws ProblemError (exit 3) where it is damaged or of a newer format
   */
  static async open(file: AppendFile, clock: Clock): Promise<Journal> {
    const text = await file.read();
    const parsed = recordsOf(text, file.path);
    if (parsed.wholeBytes < Buffer.byteLength(text)) await file.cut(parsed.wholeBytes);
    if (parsed.endsWithoutNewline) await file.append('\n');
    return new Journal(file, clock, parsed.records, parsed.wholeBytes + (parsed.endsWithoutNewline ? 1 : 0));
  }

  get path(): string {
    return this.#file.path;
  }

  get recorded(): Recorded {
    return recordedOf(this.#records);
  }

  async add(entry: Entry): Promise<void> {
    const record = recordSchema.parse({ v: journalVersion, at: this.#clock(), ...entry });
    const line = `${JSON.stringify(record)}\n`;
    if (this.#torn) await this.#cutOff();
    try {
      await this.#file.append(line);
    } catch (error) {
      // A full disk leaves half a line, and nothing may be written behind it. Where it cannot be cut off
      // now, what is told is why the line could not be written.
      this.#torn = true;
      await this.#cutOff().catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(line);
    this.#records.push(record);
  }

  async #cutOff(): Promise<void> {
    await this.#file.cut(this.#bytes);
    this.#torn = false;
  }
}
