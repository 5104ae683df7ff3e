import { exact } from '../domain/build-change.ts';
import type { PlannedChange } from '../domain/change.ts';
import type { Done } from '../domain/done.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { decideFileUndo } from './undo-file.ts';
import { canMoveBack } from './undo-move.ts';
import { type DoneFolder, filesOf, type Undoing } from './undoing.ts';

/** The folders of the database's own files. They are never removed, even if they are empty. */
const dataFolders: Readonly<Record<DoneFolder['host'], string>> = { here: layout.data, production: 'data' };

/**
 * Returns the changes that remove a folder, and the parents that the rollout created, if they become empty.
 * @param all everything that the rollout did; undoing it may empty the folder
 */
export async function planFolderUndo(
  context: Context,
  done: DoneFolder,
  all: readonly Done[],
): Promise<Undoing> {
  const files = filesOf(context, done.host);
  const changes: PlannedChange[] = [];
  for (const path of [done.path, ...done.above]) {
    if (path === dataFolders[done.host]) return { changes, kept: `${path} is never removed` };
    const node = await files.inspect(path);
    if (node.type === 'absent') continue;
    if (node.type !== 'directory') return { changes, kept: `${path}: no longer a folder` };
    if (await becomesEmpty(context, done.host, path, all)) changes.push(removal(done, path));
    else return { changes, kept: `${path}: not empty` };
  }
  return { changes, kept: null };
}

function removal({ host }: DoneFolder, path: string): PlannedChange {
  return exact({
    kind: 'write',
    ...(host === 'here' ? {} : { host }),
    path,
    entry: { type: 'removal' },
    before: { state: 'folder' },
  });
}

/** Returns whether this rollback removes everything in the folder. */
async function becomesEmpty(
  context: Context,
  host: DoneFolder['host'],
  path: string,
  all: readonly Done[],
): Promise<boolean> {
  if (path === dataFolders[host]) return false;
  const names = await filesOf(context, host).list(path);
  for (const name of names) if (!(await isRemoved(context, host, `${path}/${name}`, all))) return false;
  return true;
}

async function isRemoved(
  context: Context,
  host: DoneFolder['host'],
  path: string,
  all: readonly Done[],
): Promise<boolean> {
  for (const one of all) {
    if (one.type === 'file' && one.host === host && one.path === path) {
      return (await decideFileUndo(context, one)).is === 'removal';
    }
    if (one.type === 'move' && host === 'here' && one.to === path) return canMoveBack(context, one);
    if (one.type === 'folder' && one.host === host && [one.path, ...one.above].includes(path)) {
      return becomesEmpty(context, host, path, all);
    }
  }
  return false;
}
