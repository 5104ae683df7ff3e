import { applyPatch, reversePatch, structuredPatch } from 'diff';
import { findSection, withMarkedText, withoutSection } from '../documents/marked-section.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Files } from '../domain/ports.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { diffOf } from '../workspace/own-file.ts';
import { type DoneFile, filesOf, stays, type Undoing, undone } from './undoing.ts';

/** What becomes of a file: the bytes of before, nothing, or a text without our part of it. */
export type FileUndo =
  | { readonly is: 'undone' }
  | { readonly is: 'removal'; readonly sha256: string }
  | { readonly is: 'text'; readonly sha256: string; readonly text: string; readonly theirs: boolean }
  | { readonly is: 'kept'; readonly why: string };

/** Restored where it is still what was written; else only our part of it goes. */
export async function undoFile(context: Context, done: DoneFile): Promise<Undoing> {
  const files = filesOf(context, done.host);
  const undo = await lookAtFile(context, done);
  if (undo.is === 'undone') return undone;
  if (undo.is === 'kept') return stays(`${done.path}: ${undo.why}`);
  const where = done.host === 'here' ? {} : { host: done.host };
  const before = { state: 'file', sha256: undo.sha256 } as const;
  if (undo.is === 'removal') return exact({ ...where, path: done.path, entry: { type: 'removal' }, before });
  const [node, now] = [await files.look(done.path), await files.read(done.path)];
  return exact({
    ...where,
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

type Write = Omit<Extract<Extract<PlannedChange, { status: 'exact' }>['change'], { kind: 'write' }>, 'kind'>;

function exact(write: Write): Undoing {
  return { changes: [{ status: 'exact', change: { kind: 'write', ...write } }], kept: null };
}

/** Looks; changes nothing. */
export async function lookAtFile(context: Context, done: DoneFile): Promise<FileUndo> {
  const files = filesOf(context, done.host);
  const node = await files.look(done.path);
  if (node.type !== 'absent' && node.type !== 'file') return { is: 'kept', why: 'no file any more' };
  const now = node.type === 'file' ? await files.hash(done.path) : null;
  const target = targetOf(done, now);
  if (target !== undefined && target === now) return { is: 'undone' };
  if (now === null) return { is: 'kept', why: 'somebody removed it' };
  if (done.path === layout.gitignore && done.host === 'here' && (await hidesSomething(context))) {
    return { is: 'kept', why: 'git would take in .env and data/' };
  }
  if (target === null) return { is: 'removal', sha256: now };
  if (target === undefined) return withoutOurs(files, done, now);
  const text = await backupOf(files, target);
  if (text === null) return { is: 'kept', why: 'its backup is gone' };
  return { is: 'text', sha256: now, text, theirs: !done.oursBefore };
}

/**
 * What the file was before the roll-out, followed back from what it is now; undefined where somebody changed it
 * in between.
 */
function targetOf({ versions }: DoneFile, now: string | null): string | null | undefined {
  let target = now;
  for (const { before, written } of versions.toReversed()) {
    if (target === written) target = before;
    // A write that was begun, and never happened.
    else if (target !== before) return undefined;
  }
  return target;
}

/** The secrets and the database stay, so what keeps them out of git does. */
async function hidesSomething({ files }: Context): Promise<boolean> {
  const nodes = await Promise.all([layout.env, layout.data].map((path) => files.look(path)));
  return nodes.some(({ type }) => type !== 'absent');
}

async function backupOf(files: Files, sha256: string): Promise<string | null> {
  const path = `.erp-deploy/backups/${sha256}`;
  return (await files.look(path)).type === 'file' ? files.read(path) : null;
}

/** Somebody changed the file since: their part stays. */
async function withoutOurs(files: Files, { path, versions }: DoneFile, sha256: string): Promise<FileUndo> {
  const now = await files.read(path);
  const first = versions[0].before;
  const before = first === null ? '' : await backupOf(files, first);
  const written = await backupOf(files, versions.at(-1)?.written ?? '');
  const marked = /^<!-- erp-deploy:begin (\w+) /m.exec(now)?.[1];
  const text =
    marked === undefined ? withoutLines(now, before, written) : sectionBack(now, before ?? '', marked);
  if (text === null) return { is: 'kept', why: 'changed since, and yours now' };
  return text === now ? { is: 'undone' } : { is: 'text', sha256, text, theirs: true };
}

/** Our section as it was before, or gone; null where somebody edited it between the marks. */
function sectionBack(now: string, before: string, name: string): string | null {
  const section = findSection(now, name);
  if (section.state !== 'found') return null;
  const earlier = findSection(before, name);
  // With its own marks: a checksum made anew would say that erp-deploy wrote what a person had edited there.
  const back =
    earlier.state === 'found'
      ? withMarkedText(now, section, before.slice(earlier.from, earlier.to))
      : withoutSection(now, name);
  return section.intact || back === now ? back : null;
}

/** Our lines out of the text; the text itself where they are out of it already, null where they cannot be told. */
function withoutLines(now: string, before: string | null, written: string | null): string | null {
  if (before === null || written === null) return null;
  const ours = structuredPatch('', '', before, written, '', '', { context: 1 });
  const back = applyPatch(now, reversePatch(ours));
  if (back !== false) return back;
  return applyPatch(now, ours) === false ? null : now;
}
