import {
  type Entry,
  type JournalRecord,
  journalVersion,
  recordSchema,
  type Verified,
} from '../domain/journal-record.ts';
import type { AppendFile } from '../domain/ports/append-file.ts';
import type { Clock } from '../domain/ports/system.ts';
import { exitCodes, ProblemError } from '../domain/problem.ts';
import { parseJournal } from './journal-text.ts';
import { type Unfinished, unfinishedIn } from './unfinished.ts';

/** The content of the journal: what was done. Only a check shows whether that is still the actual state. */
export interface Recorded {
  readonly records: readonly JournalRecord[];
  /**
   * The engine of the last rollout's local test, as its start or the last resume selected it; null before the first
   * rollout.
   */
  readonly engine: 'embedded' | 'docker' | null;
  /**
   * The last rollout's reason for changing production without a local test, resumes included; null if there was a
   * test.
   */
  readonly withoutLocalTest: string | null;
  /** The rollout that has started and not finished; null if there is none. */
  readonly unfinished: Unfinished | null;
  /**
   * Returns whether the last write of erp-deploy to the file had this SHA-256, including a write that a kill may have
   * prevented.
   */
  wrote(path: string, sha256: string): boolean;
  /**
   * Returns the last verification of a step.
   * @param production the production target that the verification must be about, if it names one; any target if
   * undefined
   */
  lastVerified(step: string, production?: string): Verified | undefined;
  /**
   * Returns whether, after the last verification, a check found that the database differs from the migrations. A check
   * that did not finish (interrupted, no engine) does not count.
   */
  isDisproved(step: string): boolean;
  /** Returns whether the step failed after it was last verified. */
  failedSince(step: string): boolean;
  /**
   * Returns the operator's reason for skipping the step after its last verification; undefined if it was not skipped.
   */
  leftOut(step: string): string | undefined;
  /** Returns the operator's notes for the step in the last rollout; undefined if the operator was not asked. */
  answer(step: string): { readonly at: string; readonly text: string } | undefined;
  /**
   * Returns whether the last change of this scope started without a recorded end.
   * @param digest of a request: a request with another digest counts as not started
   */
  inDoubt(scope: string, digest?: string): boolean;
}

/** @throws ProblemError (exit 3) if the journal is damaged or of a newer format */
export async function readRecorded(file: AppendFile): Promise<Recorded> {
  return recordedOf(recordsOf(await file.read(), file.path).records);
}

function recordsOf(bytes: Uint8Array, path: string) {
  const parsed = parseJournal(bytes, path);
  if ('problem' in parsed) throw new ProblemError(parsed.problem);
  return parsed;
}

/** Folds the records; later ones override earlier ones. */
export function recordedOf(records: readonly JournalRecord[]): Recorded {
  const written = writtenIn(records);
  const inDoubt = inDoubtIn(records);
  const verified = verifiedIn(records);
  const answers = answersIn(records);
  const { failed, disproved, leftOut } = unverifiedIn(records);
  return {
    records,
    ...howIn(records),
    unfinished: unfinishedIn(records),
    wrote: (path, sha256) => written.get(path)?.includes(sha256) ?? false,
    lastVerified: (step, production) =>
      verified
        .get(step)
        ?.findLast((one) => [undefined, one.production].includes(production) || one.production === undefined),
    isDisproved: (step) => disproved.has(step),
    failedSince: (step) => failed.has(step),
    leftOut: (step) => leftOut.get(step),
    answer: (step) => answers.get(step),
    inDoubt: (scope, digest) => inDoubt.has(scope) && [undefined, digest].includes(inDoubt.get(scope)),
  };
}

/** Returns how the last rollout was started, or how it was last resumed. */
function howIn(records: readonly JournalRecord[]): Pick<Recorded, 'engine' | 'withoutLocalTest'> {
  let engine: Recorded['engine'] = null;
  let withoutLocalTest: string | null = null;
  for (const record of records) {
    if (record.type === 'rollout') {
      engine = record.engine;
      withoutLocalTest = record.withoutLocalTest ?? null;
    }
    if (record.type === 'resumed') {
      engine = record.engine ?? engine;
      withoutLocalTest = record.withoutLocalTest ?? withoutLocalTest;
    }
  }
  return { engine, withoutLocalTest };
}

/**
 * Returns the SHA-256 values that each file may have: that of the last write, and those of writes without a recorded
 * end.
 */
function writtenIn(records: readonly JournalRecord[]): ReadonlyMap<string, readonly string[]> {
  const written = new Map<string, readonly string[]>();
  for (const record of records) {
    if ((record.type !== 'intended' && record.type !== 'applied') || record.written === undefined) continue;
    const { path, sha256 } = record.written;
    written.set(path, record.type === 'applied' ? [sha256] : [...(written.get(path) ?? []), sha256]);
  }
  return written;
}

/** Returns the scopes of changes that started without a recorded end, with the digest of a request. */
function inDoubtIn(records: readonly JournalRecord[]): ReadonlyMap<string, string | undefined> {
  const inDoubt = new Map<string, string | undefined>();
  for (const record of records) {
    if (record.type === 'intended') inDoubt.set(record.scope, record.digest);
    if (record.type === 'applied' || record.type === 'refused') inDoubt.delete(record.scope);
  }
  return inDoubt;
}

/**
 * Returns the last verification of each step at each production target, in the order of time. If a rollout is undone,
 * only the verifications from before it remain.
 */
function verifiedIn(records: readonly JournalRecord[]): ReadonlyMap<string, readonly Verified[]> {
  let verified = new Map<string, readonly Verified[]>();
  const before = new Map<string, ReadonlyMap<string, readonly Verified[]>>();
  for (const record of records) {
    if (record.type === 'rollout') before.set(record.rollout, new Map(verified));
    if (record.type === 'rollback') verified = new Map(before.get(record.rollout));
    if (record.type !== 'verified') continue;
    const others = (verified.get(record.step) ?? []).filter((one) => one.production !== record.production);
    verified.set(record.step, [...others, record]);
  }
  return verified;
}

/** Returns the steps that failed, or were skipped (with the reason), after they were last verified. */
function unverifiedIn(records: readonly JournalRecord[]) {
  const disproved = new Set<string>();
  const failed = new Set<string>();
  const leftOut = new Map<string, string>();
  for (const record of records) {
    if (record.type === 'failed') failed.add(record.step);
    if (record.type === 'failed' && record.exit === exitCodes.notAsMigrated) disproved.add(record.step);
    if (record.type === 'skipped') leftOut.set(record.step, record.reason);
    if (record.type === 'verified')
      for (const steps of [disproved, failed, leftOut]) steps.delete(record.step);
  }
  return { disproved, failed, leftOut };
}

/** Returns the operator's notes for each step in the last rollout. */
function answersIn(records: readonly JournalRecord[]) {
  const answers = new Map<string, { readonly at: string; readonly text: string }>();
  for (const record of records) {
    if (record.type === 'answered') answers.set(record.step, record);
    if (record.type === 'rollout' || record.type === 'rollback') answers.clear();
  }
  return answers;
}

/** The journal of a workspace, open for appending. Each record is on the disk before `add` returns. */
export class Journal {
  readonly #file: AppendFile;
  readonly #clock: Clock;
  readonly #records: JournalRecord[];
  /** Length of the file in bytes, up to its last complete line. */
  #bytes: number;
  /** Whether a partial line follows. */
  #torn = false;

  private constructor(file: AppendFile, clock: Clock, records: readonly JournalRecord[], bytes: number) {
    this.#file = file;
    this.#clock = clock;
    this.#records = [...records];
    this.#bytes = bytes;
  }

  /**
   * Opens the journal and removes a partial line that a kill left at its end.
   * @throws ProblemError (exit 3) if it is damaged or of a newer format
   */
  static async open(file: AppendFile, clock: Clock): Promise<Journal> {
    const bytes = await file.read();
    const parsed = recordsOf(bytes, file.path);
    if (parsed.wholeBytes < bytes.length) await file.cut(parsed.wholeBytes);
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
    const record = recordSchema.parse({
      v: journalVersion,
      at: this.#clock(),
      ...entry,
      ...(await this.#bindingOf(entry)),
    });
    const line = `${JSON.stringify(record)}\n`;
    if (this.#torn) await this.#cutOff();
    try {
      await this.#file.append(line);
    } catch (error) {
      // A full disk leaves a partial line, and nothing may be appended to it. If removing it fails as well, the first
      // error is the one to report.
      this.#torn = true;
      await this.#cutOff().catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(line);
    this.#records.push(record);
  }

  /**
   * A journal that was copied from another folder must not decide what is undone here, so a rollout records its folder.
   */
  async #bindingOf({ type }: Entry): Promise<{ readonly folder?: string }> {
    if (type !== 'rollout' && type !== 'resumed') return {};
    const folder = await this.#file.folderId();
    return folder === null ? {} : { folder };
  }

  async #cutOff(): Promise<void> {
    await this.#file.cut(this.#bytes);
    this.#torn = false;
  }
}
