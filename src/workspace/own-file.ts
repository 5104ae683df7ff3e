import { createTwoFilesPatch, OMIT_HEADERS } from 'diff';
import { checksumOf } from '../database/checksum.ts';
import { exact, newText } from '../domain/build-change.ts';
import type { Consent, HostId, PlannedChange } from '../domain/change.ts';
import type { Files, Node } from '../domain/ports/files.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';
import type { Memory } from './context.ts';
import { fileObstacle } from './obstacles.ts';

/** The workspace (a context is one), or the folder of the deployment on a production host. */
export interface FileLocation {
  readonly files: Files;
  readonly memory: Pick<Memory, 'wrote'>;
  /** Left out for the workspace. */
  readonly host?: HostId;
  /**
   * Returns the file of the workspace that a file is a copy of: what was approved and tested there is not shown a second
   * time, line by line. Left out if the files are not copies.
   */
  readonly copyOf?: (path: string) => string;
}

/** A file that erp-deploy writes. */
export interface OwnFile {
  readonly path: string;
  readonly text: string;
}

/**
 * `outdated`: unchanged since an earlier erp-deploy wrote it; `edited`: changed or written by the user. Different line ends
 * do not count: Git rewrites them on checkout.
 */
export type OwnFileState = 'absent' | 'same' | 'outdated' | 'edited' | 'obstructed';

export async function stateOf(location: FileLocation, file: OwnFile): Promise<OwnFileState> {
  const node = await location.files.inspect(file.path);
  if (node.type === 'absent') return 'absent';
  if (node.type !== 'file') return 'obstructed';
  if (checksumOf(await location.files.read(file.path)) === checksumOf(file.text)) return 'same';
  return location.memory.wrote(file.path, await location.files.hash(file.path)) ? 'outdated' : 'edited';
}

/** Returns how the file differs from the one that this version writes; null if it does not. */
export async function findingOf(location: FileLocation, file: OwnFile): Promise<Finding | null> {
  const actual: Record<OwnFileState, string> = {
    absent: 'missing',
    same: '',
    outdated: 'an older version, unmodified',
    edited: 'a file that was not written by erp-deploy',
    obstructed: 'not a file',
  };
  const state = await stateOf(location, file);
  return state === 'same'
    ? null
    : { what: file.path, expected: 'the file of this version', actual: actual[state] };
}

/**
 * Returns the change that writes the file; null if it is up to date. The change needs separate approval if it would replace
 * the user's text.
 * @throws ProblemError if something other than a file is at its path
 */
export async function previewOf(
  location: FileLocation,
  file: OwnFile,
  mode = 0o644,
): Promise<PlannedChange | null> {
  const state = await stateOf(location, file);
  if (state === 'same') return null;
  const obstacle = await fileObstacle(location, [file.path]);
  if (obstacle !== null) throw new ProblemError(obstacle);
  const absent = state === 'absent';
  const now = absent ? '' : await location.files.read(file.path);
  const change = newText({
    ...(location.host === undefined ? {} : { host: location.host }),
    ...file,
    mode: modeOf(await location.files.inspect(file.path), mode),
    diff:
      absent && location.copyOf !== undefined
        ? [copyText(location.copyOf(file.path), file)]
        : diffOf(file.path, now, file.text),
    before: absent ? { state: 'absent' } : { state: 'file', sha256: await location.files.hash(file.path) },
  });
  return exact(change, state === 'edited' ? replacing(file.path) : null);
}

function copyText(original: string, { text }: OwnFile): string {
  const lines = text.split('\n').length - 1;
  return `a copy of ${original} of the workspace, ${lines} lines`;
}

function replacing(path: string): Consent {
  const why = `${path} was not written by erp-deploy; it would be replaced (a backup is kept).`;
  return { flag: '--overwrite', value: path, why };
}

/** An existing file keeps its mode. */
function modeOf(node: Node, fallback: number): number {
  return node.type === 'file' ? node.mode : fallback;
}

/** Returns a unified diff without its heading, by line. */
export function diffOf(path: string, before: string, after: string): readonly string[] {
  const options = { context: 2, headerOptions: OMIT_HEADERS };
  return createTwoFilesPatch(path, path, before, after, undefined, undefined, options).trimEnd().split('\n');
}
