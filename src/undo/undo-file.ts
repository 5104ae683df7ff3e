import { applyPatch, reversePatch, structuredPatch } from 'diff';
import { findSection, withMarkedText, withoutSection } from '../documents/marked-section.ts';
import { exact } from '../domain/build-change.ts';
import type { WriteChange } from '../domain/change.ts';
import type { Files } from '../domain/ports/files.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { diffOf } from '../workspace/own-file.ts';
import { type DoneFile, filesOf, stays, type Undoing, undone } from './undoing.ts';

/** How a file is undone: removed, restored, or rewritten without the part that erp-deploy wrote. */
export type FileUndo =
  | { readonly is: 'undone' }
  | { readonly is: 'removal'; readonly sha256: string }
  | { readonly is: 'text'; readonly sha256: string; readonly text: string; readonly theirs: boolean }
  | { readonly is: 'kept'; readonly why: string };

/**
 * Returns the change that restores or removes an unmodified file, or removes from a modified file only the part that
 * erp-deploy wrote.
 */
export async function planFileUndo(context: Context, done: DoneFile): Promise<Undoing> {
  const files = filesOf(context, done.host);
  const undo = await decideFileUndo(context, done);
  if (undo.is === 'undone') return undone;
  if (undo.is === 'kept') return stays(`${done.path}: ${undo.why}`);
  const host = done.host === 'here' ? {} : { host: done.host };
  const before = { state: 'file', sha256: undo.sha256 } as const;
  if (undo.is === 'removal')
    return byWriting({ ...host, path: done.path, entry: { type: 'removal' }, before });
  const [node, now] = [await files.inspect(done.path), await files.read(done.path)];
  return byWriting({
    ...host,
    path: done.path,
    entry: {
      type: 'file',
      mode: node.type === 'file' ? node.mode : 0o644,
      content: [undo.text],
      confidential: false,
      diff: diffOf(done.path, now, undo.text),
      ...(undo.theirs ? { theirs: true } : {}),
    },
    before,
  });
}

function byWriting(write: Omit<WriteChange, 'kind'>): Undoing {
  return { changes: [exact({ kind: 'write', ...write })], kept: null };
}

/** Decides how a file is undone. */
export async function decideFileUndo(context: Context, done: DoneFile): Promise<FileUndo> {
  const files = filesOf(context, done.host);
  const node = await files.inspect(done.path);
  if (node.type !== 'absent' && node.type !== 'file') return { is: 'kept', why: 'no longer a file' };
  const now = node.type === 'file' ? await files.hash(done.path) : null;
  const target = targetOf(done, now);
  if (target !== undefined && target === now) return { is: 'undone' };
  if (now === null) return { is: 'kept', why: 'removed since the rollout' };
  if (done.path === layout.gitignore && done.host === 'here' && (await mustStay(context))) {
    return { is: 'kept', why: 'without it, git would track .env and data/' };
  }
  if (target === null) return { is: 'removal', sha256: now };
  if (target === undefined) return withoutOurs(files, done, now);
  const text = await backupOf(files, target);
  if (text === null) return { is: 'kept', why: 'its backup is missing or was changed' };
  return { is: 'text', sha256: now, text, theirs: !done.oursBefore };
}

/**
 * Returns the checksum that the file had before the rollout (null: it did not exist), traced back through its versions;
 * undefined if it was changed in between.
 */
function targetOf({ versions }: DoneFile, now: string | null): string | null | undefined {
  let target = now;
  for (const { before, written } of versions.toReversed()) {
    if (target === written) target = before;
    // If it still equals `before`, the write was started but never happened.
    else if (target !== before) return undefined;
  }
  return target;
}

/** Returns whether .gitignore must stay, because it keeps the secrets and the database out of git. */
async function mustStay({ files }: Context): Promise<boolean> {
  const nodes = await Promise.all([layout.env, layout.data].map((path) => files.inspect(path)));
  return nodes.some(({ type }) => type !== 'absent');
}

async function backupOf(files: Files, sha256: string): Promise<string | null> {
  const path = `.erp-deploy/backups/${sha256}`;
  if ((await files.inspect(path)).type !== 'file' || (await files.hash(path)) !== sha256) return null;
  return files.read(path);
}

/** Removes only the part that erp-deploy wrote from a file that the user changed since. */
async function withoutOurs(files: Files, { path, versions }: DoneFile, sha256: string): Promise<FileUndo> {
  const now = await files.read(path);
  const first = versions[0].before;
  const before = first === null ? '' : await backupOf(files, first);
  const written = await backupOf(files, versions.at(-1)?.written ?? '');
  const marked = /^<!-- erp-deploy:begin (\w+) /m.exec(now)?.[1];
  const text =
    marked === undefined ? withoutLines(now, before, written) : sectionBack(now, before ?? '', marked);
  if (text === null) return { is: 'kept', why: 'changed since the rollout' };
  return text === now ? { is: 'undone' } : { is: 'text', sha256, text, theirs: true };
}

/** Restores or removes the managed section; null if it was edited between its marks. */
function sectionBack(now: string, before: string, name: string): string | null {
  const section = findSection(now, name);
  if (section.state !== 'found') return null;
  const earlier = findSection(before, name);
  // Its own marks are kept: a new checksum would claim that erp-deploy wrote what the user had edited there.
  const back =
    earlier.state === 'found'
      ? withMarkedText(now, section, before.slice(earlier.from, earlier.to))
      : withoutSection(now, name);
  return section.intact || back === now ? back : null;
}

/** Removes the lines that erp-deploy wrote; null if they can no longer be identified. */
function withoutLines(now: string, before: string | null, written: string | null): string | null {
  if (before === null || written === null) return null;
  const ours = structuredPatch('', '', before, written, '', '', { context: 1 });
  const back = applyPatch(now, reversePatch(ours));
  if (back !== false) return back;
  return applyPatch(now, ours) === false ? null : now;
}
