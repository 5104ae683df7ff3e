import { createTwoFilesPatch, OMIT_HEADERS } from 'diff';
import { checksumOf } from '../database/checksum.ts';
import type { HostId, PlannedChange } from '../domain/change.ts';
import type { Files, Node } from '../domain/ports.ts';
import { ProblemError } from '../domain/problem.ts';
import type { Finding } from '../domain/step.ts';
import type { Memory } from './context.ts';
import { fileObstacle } from './obstacles.ts';

/** Where a file lies: in the workspace, or on the droplet. A context is the workspace. */
export interface FileLocation {
  readonly files: Files;
  readonly memory: Pick<Memory, 'wrote'>;
  /** Left out for the workspace. */
  readonly host?: HostId;
}

/** A file that erp-deploy puts there. */
export interface OwnFile {
  readonly path: string;
  readonly text: string;
}

/**
 * How it lies there. `outdated`: as an earlier erp-deploy left it; `edited`: a person changed it, or
 * wrote it. Line ends alone make no difference: Git rewrites them on checkout.
 */
export type OwnFileState = 'absent' | 'same' | 'outdated' | 'edited' | 'obstructed';

export async function stateOf(location: FileLocation, file: OwnFile): Promise<OwnFileState> {
  const node = await location.files.look(file.path);
  if (node.type === 'absent') return 'absent';
  if (node.type !== 'file') return 'obstructed';
  if (checksumOf(await location.files.read(file.path)) === checksumOf(file.text)) return 'same';
  return location.memory.wrote(file.path, await location.files.hash(file.path)) ? 'outdated' : 'edited';
}

/** What is not as it should be; null where nothing is. */
export async function findingOf(location: FileLocation, file: OwnFile): Promise<Finding | null> {
  const found: Record<OwnFileState, string> = {
    absent: 'not there',
    same: '',
    outdated: 'an older version, as erp-deploy left it',
    edited: 'another text, not written by erp-deploy',
    obstructed: 'something that is no file',
  };
  const state = await stateOf(location, file);
  return state === 'same'
    ? null
    : { what: file.path, wanted: 'the file of this version', found: found[state] };
}

/**
 * The write that brings the file; with a consent of its own where it would replace a person's text.
 * @throws ProblemError where something lies there that is no file
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
  return {
    status: 'exact',
    change: {
      kind: 'write',
      ...(location.host === undefined ? {} : { host: location.host }),
      path: file.path,
      entry: {
        type: 'file',
        mode: modeOf(await location.files.look(file.path), mode),
        content: [file.text],
        confidential: false,
        diff: diffOf(file.path, now, file.text),
      },
      before: absent ? { state: 'absent' } : { state: 'file', sha256: await location.files.hash(file.path) },
    },
    ...(state === 'edited'
      ? {
          consent: {
            flag: '--overwrite',
            value: file.path,
            why: `${file.path} holds a text that erp-deploy did not write; it would be replaced (a backup is kept).`,
          } as const,
        }
      : {}),
  };
}

/** A file that is there keeps its mode. */
function modeOf(node: Node, fallback: number): number {
  return node.type === 'file' ? node.mode : fallback;
}

/** Unified diff, without its heading. */
export function diffOf(path: string, before: string, after: string): readonly string[] {
  const options = { context: 2, headerOptions: OMIT_HEADERS };
  return createTwoFilesPatch(path, path, before, after, undefined, undefined, options).trimEnd().split('\n');
}
