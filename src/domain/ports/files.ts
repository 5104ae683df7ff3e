import type { PathBefore } from '../change.ts';

/** What is at a path. Symbolic links are followed; a dangling one is `other`. */
export type Node =
  | { readonly type: 'absent' }
  | { readonly type: 'file'; readonly mode: number; readonly size: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'other'; readonly what: string };

/** A folder or a file to create, if the path is still in its confirmed state. */
export type FileChange = { readonly path: string; readonly before: PathBefore } & (
  | { readonly type: 'directory' }
  | { readonly type: 'file'; readonly content: string; readonly mode: number }
);

/**
 * Files by their path relative to the root, with `/`. Every method throws `FileFault` if the file system refuses. With
 * `before`, a change throws `PreconditionFailed` if the path is not in that state any more, and changes nothing.
 */
export interface Files {
  readonly root: string;
  /**
   * Makes changes in order, in one request, up to the first that fails. Each change is made completely or not at all.
   * Absent if a request costs nothing.
   * @returns the number of changes that were made, and the error of the next one; the error is null if all were made
   */
  together?(changes: readonly FileChange[]): Promise<{ readonly done: number; readonly error: unknown }>;
  /** Whether changes check `before` in the same command; if false, they ignore it. */
  readonly checksBefore?: true;
  inspect(path: string): Promise<Node>;
  /**
   * Returns the text of a regular file, with its byte order mark. Fails with `EILSEQ` if the bytes are not UTF-8, with
   * `EINVAL` if it is a pipe or a device, and with `EFBIG` if it is too large.
   */
  read(path: string): Promise<string>;
  /** Reads a file, a pipe or a device to its end. A pipe can be read only once. */
  readStream?(path: string): Promise<string>;
  /** Returns whether a path is in the root, with the symbolic links of this machine resolved. */
  isInside(path: string): Promise<boolean>;
  /** Returns the SHA-256 of the bytes, in hex. */
  hash(path: string): Promise<string>;
  /** Returns the names in a directory, sorted; none if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  makeDirectory(path: string, before?: PathBefore): Promise<void>;
  /** Writes atomically: to a temporary file beside it, flushed, then renamed. */
  write(path: string, content: string, mode: number, before?: PathBefore): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Copies atomically, as `write`. */
  copy(from: string, to: string, mode: number): Promise<void>;
  setMode(path: string, mode: number, before?: PathBefore): Promise<void>;
  remove(path: string, before?: PathBefore): Promise<void>;
  /** Fails with `ENOTEMPTY` if it is not empty. */
  removeFolder(path: string, before?: PathBefore): Promise<void>;
}

/** The system refused to do something with a file. */
export class FileFault extends Error {
  /** Name of the error in errno(3): `EACCES`, `ENOSPC`, `EROFS`, … */
  readonly errno: string;
  readonly path: string;
  readonly operation: string;
  /** Name of the host; absent for this machine. */
  readonly host?: string;

  constructor(
    operation: string,
    path: string,
    errno: string,
    options: ErrorOptions & { readonly host?: string } = {},
  ) {
    super(`${operation} ${path}: ${errno}`, options);
    if (options.host !== undefined) this.host = options.host;
    this.name = 'FileFault';
    this.operation = operation;
    this.path = path;
    this.errno = errno;
  }
}

/** The actual state was not the confirmed one when the change was applied; nothing was changed. */
export class PreconditionFailed extends Error {
  override readonly name = 'PreconditionFailed';
}
