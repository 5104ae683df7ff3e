import { createHash } from 'node:crypto';
import type { Secret } from './secret.ts';

/**
 * Text of a file that is to be written. What is secret in it stays one until it is written; a generated
 * part gets its value when it is applied, and only then.
 */
export type ContentPart = string | Secret | { readonly generateBytes: number };

/** What a path must be, at the moment of the change, for the change to be the one that was confirmed. */
export type PathBefore = { readonly state: 'absent' } | { readonly state: 'file'; readonly sha256: string };

export interface WriteChange {
  readonly kind: 'write';
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly entry:
    | { readonly type: 'directory' }
    | { readonly type: 'mode'; readonly mode: number }
    | {
        readonly type: 'file';
        readonly mode: number;
        readonly content: readonly ContentPart[];
        /** Held by a file that may contain secrets: no backup is taken, and no diff shows its values. */
        readonly confidential: boolean;
        /** Unified diff against what is there, for showing; values redacted where confidential. */
        readonly diff: readonly string[];
      };
  readonly before: PathBefore;
}

interface MoveChange {
  readonly kind: 'move';
  readonly from: string;
  readonly to: string;
  readonly before: { readonly state: 'file'; readonly sha256: string };
}

export interface CommandChange {
  readonly kind: 'command';
  readonly argv: readonly [string, ...string[]];
  /** Relative to the workspace. */
  readonly cwd: string;
  /** A command whose exit code 0 means that the world is still the one that was confirmed. */
  readonly onlyIf: readonly [string, ...string[]] | null;
  /** Whether a look can tell afterwards that it happened; else it is repeated only on yes. */
  readonly observable: boolean;
}

/** A migration file as it will be applied. `text` is sent as it is; `checksum` is over LF-normalised text. */
export interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
  /** In a transaction of its own, or one `CREATE INDEX CONCURRENTLY` outside of any. */
  readonly mode: 'transaction' | 'no-transaction';
  /** The index that a no-transaction file builds: an invalid one is dropped before the next try. */
  readonly index?: { readonly schema: string; readonly name: string; readonly table: string };
}

export interface SqlChange {
  readonly kind: 'sql';
  readonly database: 'embedded' | 'docker' | 'production';
  readonly operation:
    | { readonly type: 'initialise' }
    | { readonly type: 'migrate'; readonly file: MigrationFile }
    | { readonly type: 'adopt'; readonly files: readonly MigrationFile[] };
  /** Name of the last applied migration that the ledger shows; null where it shows none. */
  readonly before: { readonly head: string | null };
}

export interface RequestChange {
  readonly kind: 'request';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body: string;
  /** Asked right before: its `ETag` must be the one that was confirmed. */
  readonly before: { readonly url: string; readonly etag: string } | null;
  readonly observable: boolean;
}

/** Everything that erp-deploy can do to the world. One executor applies them, and nothing else does. */
export type Change = WriteChange | MoveChange | CommandChange | SqlChange | RequestChange;

/** A yes that no general consent covers: it has a flag of its own. */
export interface Consent {
  readonly flag: '--overwrite' | '--fix-starter' | '--allow-populated';
  /** What the flag is given, where it takes something. */
  readonly value?: string;
  /** What the yes would do, or destroy. */
  readonly why: string;
}

/** A change as a preview shows it. */
export type PlannedChange =
  | { readonly status: 'exact'; readonly change: Change; readonly consent?: Consent }
  | {
      readonly status: 'pending';
      /** The step that has to be done before this can be told exactly. */
      readonly on: string;
      readonly scope: string;
      /** Of what is known so far; null where the content is not known yet. */
      readonly digest: string | null;
      readonly summary: string;
    };

/** What the change is about, without its content: two changes of one scope touch the same thing. */
export function scopeOf(change: Change): string {
  switch (change.kind) {
    case 'write':
      return `write:${change.path}${change.entry.type === 'mode' ? ':mode' : ''}`;
    case 'move':
      return `move:${change.from}:${change.to}`;
    case 'command':
      return `command:${change.argv.join(' ')}`;
    case 'sql':
      return change.operation.type === 'migrate'
        ? `sql:${change.database}:migrate:${change.operation.file.name}`
        : `sql:${change.database}:${change.operation.type}`;
    case 'request':
      return `request:${change.method}:${change.url}`;
  }
}

/**
 * Hash of all that the change would do, and of what it would do it to: equal digests need one yes.
 * The diff is for the eye and does not count. For SQL the content alone counts, since it is confirmed
 * before its database exists; the executor holds `before` against the ledger all the same.
 */
export function digestOf(change: Change): string {
  const told = change.kind === 'sql' ? contentOf(change.operation) : change;
  const bare = (key: string, value: unknown) => (key === 'diff' ? undefined : value);
  return createHash('sha256').update(JSON.stringify(told, bare)).digest('hex');
}

function contentOf(operation: SqlChange['operation']): unknown {
  switch (operation.type) {
    case 'initialise':
      return operation;
    case 'migrate':
      return [operation.file.name, operation.file.checksum];
    case 'adopt':
      return operation.files.map((file) => [file.name, file.checksum]);
  }
}

/** Whether there is a way back; where there is none, the preview says so. */
export function isReversible(change: Change): boolean {
  return change.kind === 'move' || (change.kind === 'write' && !isConfidential(change));
}

function isConfidential(change: WriteChange): boolean {
  return change.entry.type === 'file' && change.entry.confidential;
}
