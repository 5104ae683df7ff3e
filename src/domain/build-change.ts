import type { Change, Consent, HostId, PathBefore, PlannedChange, WriteChange } from './change.ts';
import type { SqlChange } from './sql-change.ts';

// The digests in journals and saved plans depend on the order of a change's fields, so the order stays.

/** A planned change whose details are known. */
export type ExactChange = Extract<PlannedChange, { status: 'exact' }>;

/**
 * Returns a planned change whose details are known.
 * @param consent the explicit approval that it needs; null if none
 */
export function exact(change: Change, consent: Consent | null = null): ExactChange {
  return { status: 'exact', change, ...(consent === null ? {} : { consent }) };
}

/** Returns the change that makes a folder, if it is still absent then; its parents are made as well. */
export function newFolder(path: string, host?: HostId): WriteChange {
  return {
    kind: 'write',
    ...(host === undefined ? {} : { host }),
    path,
    entry: { type: 'directory' },
    before: { state: 'absent' },
  };
}

/** Returns the change that writes a text without secrets to a file. */
export function newText({ host, path, text, mode, diff, before }: TextToWrite): WriteChange {
  return {
    kind: 'write',
    ...(host === undefined ? {} : { host }),
    path,
    entry: { type: 'file', mode, content: [text], confidential: false, diff },
    before,
  };
}

interface TextToWrite {
  readonly host?: HostId;
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** Unified diff against the current file, to show. */
  readonly diff: readonly string[];
  readonly before: PathBefore;
}

/** @param head the last migration in the ledger, as the change expects it; null if there is none */
export function sqlChange(
  database: SqlChange['database'],
  operation: SqlChange['operation'],
  head: string | null,
): SqlChange {
  return { kind: 'sql', database, operation, before: { head } };
}
