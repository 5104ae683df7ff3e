import type { AppendFile, Clock } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import {
  type Entry,
  type JournalRecord,
  journalVersion,
  recordSchema,
  type Verified,
} from './journal-format.ts';
import { parseJournal } from './journal-text.ts';

/** What the journal remembers. It tells what was done; whether it is still true is for a look to say. */
export interface Recorded {
  readonly records: readonly JournalRecord[];
  /** The roll-out that was begun and not finished, if there is one. */
  readonly unfinished: { readonly rollout: string; readonly engine: 'embedded' | 'docker' } | null;
  /** Whether a file of this SHA-256 is as erp-deploy last left it, or was about to leave it when it was killed. */
  wrote(path: string, sha256: string): boolean;
  lastVerified(step: string): Verified | undefined;
  /** Changes that were begun and of which no end is known, by scope. */
  readonly inDoubt: ReadonlySet<string>;
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
  const verified = new Map<string, Verified>();
  const inDoubt = new Set<string>();
  let unfinished: Recorded['unfinished'] = null;
  for (const record of records) {
    if (record.type === 'rollout') unfinished = { rollout: record.rollout, engine: record.engine };
    if (record.type === 'finished') unfinished = null;
    if (record.type === 'intended') {
      inDoubt.add(record.scope);
      if (record.written !== undefined) {
        const { path, sha256 } = record.written;
        written.set(path, [...(written.get(path) ?? []), sha256]);
      }
    }
    if (record.type === 'applied') {
      inDoubt.delete(record.scope);
      if (record.written !== undefined) written.set(record.written.path, [record.written.sha256]);
    }
    if (record.type === 'verified') verified.set(record.step, record);
  }
  return {
    records,
    unfinished,
    wrote: (path, sha256) => written.get(path)?.includes(sha256) ?? false,
    lastVerified: (step) => verified.get(step),
    inDoubt,
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
