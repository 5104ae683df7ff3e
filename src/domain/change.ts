import { createHash } from 'node:crypto';
import type { Problem } from './problem.ts';
import type { Secret } from './secret.ts';
import type { Command } from './shell-script.ts';
import type { SqlChange } from './sql-change.ts';

/** A machine that things are changed on: the one that erp-deploy runs on, or the droplet. */
export type HostId = 'here' | 'droplet';

/**
 * Text of a file that is to be written. What is secret in it stays one until it is written; a generated
 * part gets its value when it is applied, and only then.
 */
export type ContentPart = string | Secret | { readonly generateBytes: number };

/** What a path must be, at the moment of the change, for the change to be the one that was confirmed. */
export type PathBefore =
  | { readonly state: 'absent' }
  | { readonly state: 'file'; readonly sha256: string }
  /** With nothing in it. */
  | { readonly state: 'folder' };

export interface WriteChange {
  readonly kind: 'write';
  /** Left out for the workspace. */
  readonly host?: HostId;
  /** Relative to the workspace, or to the deployment's folder on the droplet, with `/`. */
  readonly path: string;
  readonly entry:
    | { readonly type: 'directory' }
    /** The file, or the empty folder, goes. */
    | { readonly type: 'removal' }
    | { readonly type: 'mode'; readonly mode: number }
    | {
        readonly type: 'file';
        readonly mode: number;
        readonly content: readonly ContentPart[];
        /** Held by a file that may contain secrets: no backup is taken, and no diff shows its values. */
        readonly confidential: boolean;
        /** Unified diff against what is there, for showing; values redacted where confidential. */
        readonly diff: readonly string[];
        /** A person's own text that comes back: not to be taken for one of erp-deploy's later. */
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
  /** Where it runs. */
  readonly host: HostId;
  /** Relative to the folder of that host. */
  readonly cwd: string;
  /** A command that ends with 0 as long as what was confirmed still holds. */
  readonly onlyIf: Command | null;
  /** Whether a look can tell afterwards that it happened; else it is repeated only on yes. */
  readonly observable: boolean;
  /** What it finds in its environment besides; its secrets are not shown, and kept nowhere. On this machine alone. */
  readonly environment?: Environment;
  /** What it does, where its words do not say so by themselves; they are shown below it then. */
  readonly summary?: string;
  /** What it is about, where that is confirmed before its words are known; else its words are. */
  readonly about?: string;
  /** What its failure means, where the step knows more than that it failed. */
  readonly onFailure?: Omit<Problem, 'excerpt'>;
  /**
   * Asked after it, over a new connection to the host each time, as long as it says `notYet`: what was begun undoes
   * itself where it ends with anything but 0, or does not for so many seconds.
   */
  readonly confirm?: Command & { readonly seconds: number };
  /** What it makes that was not there, and can go again. */
  readonly undo?: Made;
}

/** What a confirmation ends with that is to be asked for again (sysexits.h, EX_TEMPFAIL). */
export const notYet = 75;

/** What a command makes on a host. */
type Made =
  | { readonly type: 'service'; readonly name: string }
  | { readonly type: 'network'; readonly name: string }
  | MadeRoute;

/** A rule of the tunnel: one that was put in, or whose service was another. */
export interface MadeRoute {
  readonly type: 'route';
  readonly hostname: string;
  readonly service: string;
  /** Where the rule of that name led before; left out where the rule was put in. */
  readonly was?: string;
  /** The file had no ingress before: the catch-all behind the rule was put in with it. */
  readonly alone?: true;
}

/** A DNS record at Cloudflare that leads to a tunnel: one that was made, or took another's place. */
export interface MadeRecord {
  readonly type: 'record';
  /** Ids at Cloudflare. */
  readonly zone: string;
  readonly tunnel: string;
  readonly host: string;
  /** What it was before; left out where there was none. */
  readonly was?: RecordContent;
}

/** What a DNS record says, as Cloudflare's API has it. */
export interface RecordContent {
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
  /** Seconds; 1 is Cloudflare's own choice. */
  readonly ttl: number;
  readonly comment?: string;
}

/** An address that lets in whoever knows it: it is shown by its name alone. */
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
   * Asked right before: its `ETag` must be the one that was confirmed; at Cloudflare its `version`, or what its
   * `result` is.
   */
  readonly before:
    | { readonly url: string; readonly etag: string }
    | { readonly url: string; readonly version: number }
    | { readonly url: string; readonly result: unknown }
    | null;
  readonly observable: boolean;
  /** Whose API it is, where it is not the plain web: the address is a path below it then. */
  readonly api?: 'cloudflare';
  /** What it makes that was not there, and can go again. */
  readonly undo?: MadeRoute | MadeRecord;
  /** For showing, in place of the body. */
  readonly diff?: readonly string[];
  /** What it does, where method and address do not say so. */
  readonly summary?: string;
  /** Prints on the server what a document held that someone else wrote at the same moment. */
  readonly overwritten?: Command;
}

/** Everything that erp-deploy can do to the world. One executor applies them, and nothing else does. */
export type Change = WriteChange | MoveChange | CommandChange | SqlChange | RequestChange;

/** A yes that no general consent covers: it has a flag of its own. */
export interface Consent {
  readonly flag:
    | '--overwrite'
    | '--fix-starter'
    | '--allow-populated'
    | '--create-env'
    | '--replace-route'
    | '--replace-dns'
    | '--force';
  /** What the flag is given, where it takes something. */
  readonly value?: string;
  /** What the yes would do, or destroy. */
  readonly why: string;
  /** Lines that show what it is about: a file's line with a caret. */
  readonly excerpt?: readonly string[];
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
      /** Where it is known already; else its kind tells: files and folders have a way back, and nothing else. */
      readonly reversible?: boolean;
      /** Known beforehand where it is about what is there now, such as a person's text. */
      readonly consent?: Consent;
    };

/** What the change is about, without its content: two changes of one scope touch the same thing. */
export function scopeOf(change: Change): string {
  switch (change.kind) {
    case 'write':
      return `write:${fileKey(change)}${change.entry.type === 'mode' ? ':mode' : ''}`;
    case 'move':
      return `move:${change.from}:${change.to}`;
    case 'command':
      return `command:${change.host}:${change.about ?? change.argv.join(' ')}`;
    case 'sql':
      return `sql:${change.database}:${change.operation.type}${objectOf(change.operation)}`;
    case 'request':
      return `request:${change.method}:${shownUrl(change)}`;
  }
}

/** Which of several, where an operation can be about several. */
function objectOf(operation: SqlChange['operation']): string {
  if (operation.type === 'migrate') return `:${operation.file.name}`;
  return operation.type === 'end-session' ? `:${operation.leftover.pid}` : '';
}

/** How the journal calls a file: by its path, and where it lies if not in the workspace. */
export function fileKey({ host, path }: Pick<WriteChange, 'host' | 'path'>): string {
  return host === undefined || host === 'here' ? path : `${host}:${path}`;
}

/** The address of a request as people may see it. */
export function shownUrl({ url }: RequestChange): string {
  return typeof url === 'string' ? url : url.name;
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
    case 'authenticator':
    case 'dump':
    case 'drop':
      return operation;
    case 'end-session':
      return [operation.leftover.pid, operation.leftover.started];
    case 'migrate':
      return [operation.file.name, operation.file.checksum];
    case 'adopt':
      return operation.files.map((file) => [file.name, file.checksum]);
  }
}

/** Whether there is a way back; where there is none, the preview says so. */
export function isReversible(change: Change): boolean {
  if (change.kind === 'command' || change.kind === 'request') return change.undo !== undefined;
  return change.kind === 'move' || (change.kind === 'write' && !isConfidential(change));
}

function isConfidential(change: WriteChange): boolean {
  return change.entry.type === 'file' && change.entry.confidential;
}
