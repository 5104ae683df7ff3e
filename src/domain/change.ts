import type { ChangeSubject } from './change-subject.ts';
import type { Hazard } from './hazard.ts';
import type { Problem } from './problem.ts';
import type { Secret } from './secret.ts';
import type { Command } from './shell-script.ts';
import type { SqlChange } from './sql-change.ts';
import { scopeOfSubject } from './subject-scope.ts';
import type { MadeRecord, MadeRoute } from './undo.ts';

/** What a change does to what exists. */
export type Effect = 'adds' | 'changes' | 'removes';

/** A machine that changes are made on: the one that erp-deploy runs on, or the production host. */
export type HostId = 'here' | 'production';

/**
 * A part of a file to be written. A secret is revealed only when it is written; a generated part gets its value then.
 */
export type ContentPart = string | Secret | { readonly generateBytes: number };

/** Precondition of a change to a path: its state when the change was confirmed. */
export type PathBefore =
  | { readonly state: 'absent' }
  | { readonly state: 'file'; readonly sha256: string }
  /** An empty folder. */
  | { readonly state: 'folder' };

export interface WriteChange {
  readonly kind: 'write';
  /** Left out for the workspace. */
  readonly host?: HostId;
  /** Relative to the workspace, or to the deployment's folder on the production host, with `/`. */
  readonly path: string;
  readonly entry:
    | { readonly type: 'directory' }
    /** Removes the file or the empty folder. */
    | { readonly type: 'removal' }
    | { readonly type: 'mode'; readonly mode: number }
    | {
        readonly type: 'file';
        readonly mode: number;
        readonly content: readonly ContentPart[];
        /** Whether the file may hold secrets: then no backup is taken, and the diff does not show its values. */
        readonly confidential: boolean;
        /** Unified diff against the current file, to show; without values if the file is confidential. */
        readonly diff: readonly string[];
        /** Restores the user's own text, which must not count as erp-deploy's later. */
        readonly theirs?: true;
      };
  readonly before: PathBefore;
}

interface MoveChange {
  readonly kind: 'move';
  readonly from: string;
  readonly to: string;
  readonly before: { readonly state: 'file'; readonly sha256: string };
}

/** Variables of a program's environment, by name. */
export type Environment = Readonly<Record<string, string | Secret>>;

export interface CommandChange extends Command {
  readonly kind: 'command';
  readonly host: HostId;
  /** Relative to the folder of that host. */
  readonly cwd: string;
  /** Precondition: a command that exits with 0 if the actual state is still the confirmed one. */
  readonly onlyIf: Command | null;
  /** Whether a check can show afterwards that it was applied; if not, it is repeated only with approval. */
  readonly observable: boolean;
  /** Additional environment variables, on this machine only; their secrets are neither shown nor stored. */
  readonly environment?: Environment;
  /** What it does, if the command line alone does not show it; the command line is then shown below. */
  readonly summary?: string;
  /** What it does to what exists; `adds` if left out. */
  readonly effect?: Effect;
  /** Set if a rollback depends on it: it makes a dump, or compares one with the database. */
  readonly purpose?: 'dump' | 'compare-dump';
  /** Identifies the change if it is confirmed before its arguments are known; otherwise the arguments do. */
  readonly about?: string;
  /** The problem to report if it fails, if the step knows the cause. */
  readonly onFailure?: Omit<Problem, 'excerpt'>;
  /**
   * Confirms the change afterwards, over a new connection for each attempt, and is repeated while it exits with
   * `notYet`. The change undoes itself if the confirmation exits with another code than 0, or not within these
   * seconds.
   */
  readonly confirm?: Command & { readonly seconds: number };
  /** What it creates that a rollback can remove. */
  readonly undo?: Made;
}

/** Exit code of a confirmation that is to be repeated (EX_TEMPFAIL of sysexits.h). */
export const notYet = 75;

/** What a command creates on its host. */
type Made = { readonly type: 'service' | 'network'; readonly name: string } | MadeRoute;

/** A URL that is itself a credential (a webhook). Only its name is ever displayed. */
interface SecretUrl {
  readonly name: string;
  readonly secret: Secret;
}

export interface RequestChange {
  readonly kind: 'request';
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string | SecretUrl;
  readonly body: string;
  /**
   * Precondition, fetched just before the request: the ETag (or, for Cloudflare, the version or result) must equal the
   * one shown to the operator.
   */
  readonly before:
    | { readonly url: string; readonly etag: string }
    | { readonly url: string; readonly version: number }
    | { readonly url: string; readonly result: unknown }
    | null;
  readonly observable: boolean;
  /** The API that the request goes to; `url` is then a path of it. */
  readonly api?: 'cloudflare';
  /** What it creates that a rollback can remove. */
  readonly undo?: MadeRoute | MadeRecord;
  /** What it does to what exists; `adds` if left out. */
  readonly effect?: Effect;
  /** Shown instead of the body. */
  readonly diff?: readonly string[];
  /** What it does, if method and URL do not show it. */
  readonly summary?: string;
  /** Prints, on the production host, the document that another client wrote at the same moment. */
  readonly overwritten?: Command;
}

/** Every change that erp-deploy can make. Only the executor applies them. */
export type Change = WriteChange | MoveChange | CommandChange | SqlChange | RequestChange;

/** An explicit approval that `--yes` does not cover; it has its own flag. */
export interface Consent {
  readonly flag:
    | '--overwrite'
    | '--fix-starter'
    | '--allow-populated'
    | '--create-env'
    | '--restart-database'
    | '--replace-route'
    | '--replace-dns'
    | '--without-rehearsal'
    | '--force';
  /** The value of the flag, if it takes one. */
  readonly value?: string;
  /** What the approved change would do or destroy. */
  readonly why: string;
  /** Lines that show what it affects, such as a file's line with a caret. */
  readonly excerpt?: readonly string[];
}

/** A change in a preview; `pending` if its details are not known yet. */
export type PlannedChange =
  | {
      readonly status: 'exact';
      readonly change: Change;
      readonly consent?: Consent;
      /** Further explicit approvals that it needs. */
      readonly alsoNeeds?: readonly Consent[];
      /** What a migration does to a database that contains rows. */
      readonly hazards?: readonly Hazard[];
    }
  | {
      readonly status: 'pending';
      /** The step that has to be done before the details are known. */
      readonly on: string;
      readonly subject: ChangeSubject;
      /** Digest of the content; null if that is not known yet. */
      readonly digest: string | null;
      readonly summary: string;
      /** Whether a rollback undoes it; if left out, its kind decides: only changes of files and folders are undone. */
      readonly reversible?: boolean;
      /** `adds` if left out. */
      readonly effect?: Effect;
      /** Known already if it is about the current state, such as a text of the user's. */
      readonly consent?: Consent;
    };

/** Returns what the change affects, without its content. */
export function subjectOf(change: Change): ChangeSubject {
  switch (change.kind) {
    case 'write': {
      const { host = 'here', path, entry } = change;
      return { kind: 'write', host, path, ...(entry.type === 'mode' ? { part: 'mode' } : {}) };
    }
    case 'move':
      return { kind: 'move', from: change.from, to: change.to };
    case 'command': {
      const { host, about, argv, purpose } = change;
      const name = about ?? argv.join(' ');
      return { kind: 'command', host, name, ...(purpose === undefined ? {} : { purpose }) };
    }
    case 'sql':
      return sqlSubject(change);
    case 'request':
      return { kind: 'request', method: change.method, url: shownUrl(change) };
  }
}

function sqlSubject({ database, operation }: SqlChange): ChangeSubject {
  const { type } = operation;
  return {
    kind: 'sql',
    database,
    operation: type,
    ...(type === 'migrate' ? { migration: operation.file.name } : {}),
    ...(type === 'end-session' ? { pid: operation.leftover.pid } : {}),
  };
}

/** Returns the scope of a change: two changes with one scope affect the same thing. */
export function scopeOf(change: Change): string {
  return scopeOfSubject(subjectOf(change));
}

/** Returns the scope of a planned change, as `scopeOf` does. */
export function scopeOfPlanned(planned: PlannedChange): string {
  return scopeOfSubject(subjectOfPlanned(planned));
}

/** Returns what a planned change affects. */
export function subjectOfPlanned(planned: PlannedChange): ChangeSubject {
  return planned.status === 'exact' ? subjectOf(planned.change) : planned.subject;
}

/** Returns the URL of a request as it may be displayed. */
export function shownUrl({ url }: RequestChange): string {
  return typeof url === 'string' ? url : url.name;
}

/** Returns whether a rollback can undo the change. */
export function isReversible(change: Change): boolean {
  if (change.kind === 'command' || change.kind === 'request') return change.undo !== undefined;
  return change.kind === 'move' || (change.kind === 'write' && !isConfidential(change));
}

function isConfidential(change: WriteChange): boolean {
  return change.entry.type === 'file' && change.entry.confidential;
}
