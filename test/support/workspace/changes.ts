import type { Change, ContentPart, PathBefore, WriteChange } from '../../../src/domain/change.ts';
import { sha256 } from '../disk/memory-files.ts';

/** Returns the write of a new file, or of one that contains `was`. */
export function writeOf(
  path: string,
  content: string | readonly ContentPart[],
  options: { readonly was?: string; readonly mode?: number; readonly confidential?: boolean } = {},
): WriteChange {
  const { was, mode = 0o644, confidential = false } = options;
  const parts = typeof content === 'string' ? [content] : content;
  return {
    kind: 'write',
    path,
    entry: { type: 'file', mode, content: parts, confidential, diff: [] },
    before: was === undefined ? absent : fileOf(was),
  };
}

export const absent: PathBefore = { state: 'absent' };

export function fileOf(text: string): { readonly state: 'file'; readonly sha256: string } {
  return { state: 'file', sha256: sha256(text) };
}

export function commandOf(
  argv: readonly [string, ...string[]],
  rest: Partial<Extract<Change, { kind: 'command' }>> = {},
): Extract<Change, { kind: 'command' }> {
  return { kind: 'command', host: 'here', argv, cwd: '.', onlyIf: null, observable: true, ...rest };
}

export function migrateOf(
  name: string,
  text: string,
  head: string | null = null,
): Extract<Change, { kind: 'sql' }> {
  const file = { name, text, checksum: sha256(text), mode: 'transaction' } as const;
  return { kind: 'sql', database: 'embedded', operation: { type: 'migrate', file }, before: { head } };
}

export function requestOf(
  url: string,
  rest: Partial<Extract<Change, { kind: 'request' }>> = {},
): Extract<Change, { kind: 'request' }> {
  return { kind: 'request', method: 'PUT', url, body: '{}', before: null, observable: true, ...rest };
}
