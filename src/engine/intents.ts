import { createHash } from 'node:crypto';
import { type Change, type HostId, scopeOf, subjectOf } from '../domain/change.ts';
import { digestOf } from '../domain/change-digest.ts';
import type { Entry } from '../domain/journal-record.ts';
import { type Files, PreconditionFailed } from '../domain/ports/files.ts';
import type { Host } from '../domain/ports/host.ts';
import { fileKey } from '../domain/subject-scope.ts';
import type { Undo } from '../domain/undo.ts';
import type { Journal } from './journal.ts';

interface IntentParts {
  /** The workspace's. */
  readonly files: Files;
  host(id: HostId): Pick<Host, 'files'>;
  readonly journal: Pick<Journal, 'add'>;
}

/**
 * Records the intent of a change, with a backup of the bytes that it will replace.
 * @throws PreconditionFailed if a host's file is not the confirmed one; nothing is recorded then
 */
export async function recordIntent(parts: IntentParts, step: string, change: Change): Promise<void> {
  const files = filesOf(parts, change);
  const backup = await keepBackup(files, change);
  await keepWritten(files, change);
  const undo = await undoOf(files, change);
  await parts.journal.add({
    type: 'intended',
    step,
    scope: scopeOf(change),
    subject: subjectOf(change),
    ...(backup === null ? {} : { backup }),
    ...(undo === null ? {} : { undo }),
    ...fingerprint(change),
  });
}

/** Backs up the file that a write will replace, under its hash; never a file that may hold secrets. */
async function keepBackup(files: Files, change: Change): Promise<string | null> {
  if (change.kind !== 'write' || change.before.state !== 'file') return null;
  const { entry } = change;
  if (entry.type !== 'removal' && (entry.type !== 'file' || entry.confidential)) return null;
  const backup = `.erp-deploy/backups/${change.before.sha256}`;
  if ((await files.inspect(backup)).type === 'absent') {
    await files.makeDirectory('.erp-deploy/backups');
    await files.copy(change.path, backup, 0o600);
    // Such a host checks the precondition only when it makes the change, so this may not be the confirmed file.
    if (files.checksBefore === true && (await files.hash(backup)) !== change.before.sha256) {
      await files.remove(backup);
      throw new PreconditionFailed();
    }
  }
  return backup;
}

/** Stores the new text as well if it replaces a file: a rollback needs it to recognize erp-deploy's lines. */
async function keepWritten(files: Files, change: Change): Promise<void> {
  const text = textWritten(change);
  if (text === null || change.kind !== 'write' || change.before.state !== 'file') return;
  const path = `.erp-deploy/backups/${sha256(text)}`;
  if ((await files.inspect(path)).type === 'absent') await files.write(path, text, 0o600);
}

/**
 * Returns the hash of the content that a write leaves, a request sends or a rehearsal tries. With it, a run that
 * resumes after a kill recognizes the change.
 */
export function fingerprint(change: Change): Pick<Extract<Entry, { type: 'applied' }>, 'written' | 'digest'> {
  if (change.kind === 'request' || isRehearsal(change)) return { digest: digestOf(change) };
  const text = textWritten(change);
  if (text === null || change.kind !== 'write') return {};
  return { written: { path: fileKey(change), sha256: sha256(text) } };
}

const isRehearsal = (change: Change) => change.kind === 'sql' && change.operation.type === 'rehearse';

/** Returns the text that a write stores; null if erp-deploy did not generate the text, or if it may contain secrets. */
function textWritten(change: Change): string | null {
  if (change.kind !== 'write' || change.entry.type !== 'file') return null;
  const { content, confidential, theirs } = change.entry;
  if (confidential || theirs === true || !content.every((part) => typeof part === 'string')) return null;
  return content.join('');
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Returns what the journal needs to undo the change, besides the hashes of a file. */
async function undoOf(files: Files, change: Change): Promise<Undo | null> {
  switch (change.kind) {
    case 'write':
      if (change.entry.type !== 'directory') return null;
      return {
        type: 'folder',
        host: change.host ?? 'here',
        path: change.path,
        above: await absentAbove(files, change.path),
      };
    case 'move':
      return { type: 'move', from: change.from, to: change.to, sha256: change.before.sha256 };
    case 'command':
      if (change.undo === undefined) return null;
      return change.undo.type === 'route' ? change.undo : { ...change.undo, host: change.host };
    case 'sql': {
      const { database, operation } = change;
      return operation.type === 'migrate' ? { type: 'migration', database, name: operation.file.name } : null;
    }
    case 'request':
      return change.undo ?? null;
  }
}

async function absentAbove(files: Files, path: string): Promise<readonly string[]> {
  const above = path.split('/').slice(0, -1).join('/');
  if (above === '' || (await files.inspect(above)).type !== 'absent') return [];
  return [above, ...(await absentAbove(files, above))];
}

/** Returns the file system that a change writes to. */
export function filesOf(parts: Pick<IntentParts, 'files' | 'host'>, change: Change): Files {
  return change.kind === 'write' && change.host !== undefined ? parts.host(change.host).files : parts.files;
}
