import type { PlannedChange } from '../domain/change.ts';
import type { Done } from '../domain/done.ts';
import type { Context } from '../workspace/context.ts';
import { layout } from '../workspace/layout.ts';
import { lookAtFile } from './undo-file.ts';
import { canMoveBack } from './undo-move.ts';
import { type DoneFolder, filesOf, type Undoing } from './undoing.ts';

/** The database's own files lie there: it stays, empty or not. */
const never: Readonly<Record<DoneFolder['host'], string>> = { here: layout.data, droplet: 'data' };

/**
 * Goes where nothing is left in it.
 * @param all what the roll-out did: what goes before the folder leaves it empty
 */
export async function undoFolder(context: Context, done: DoneFolder, all: readonly Done[]): Promise<Undoing> {
  const files = filesOf(context, done.host);
  const changes: PlannedChange[] = [];
  for (const path of [done.path, ...done.above]) {
    if (path === never[done.host]) return { changes, kept: `${path} is never touched` };
    const node = await files.look(path);
    if (node.type === 'absent') continue;
    if (node.type !== 'directory') return { changes, kept: `${path}: no folder any more` };
    if (await empties(context, done.host, path, all)) changes.push(removal(done, path));
    else return { changes, kept: `${path}: not empty` };
  }
  return { changes, kept: null };
}

function removal({ host }: DoneFolder, path: string): PlannedChange {
  return {
    status: 'exact',
    change: {
      kind: 'write',
      ...(host === 'here' ? {} : { host }),
      path,
      entry: { type: 'removal' },
      before: { state: 'folder' },
    },
  };
}

/** Whether all that lies in the folder goes with this very rollback. */
async function empties(
  context: Context,
  host: DoneFolder['host'],
  path: string,
  all: readonly Done[],
): Promise<boolean> {
  if (path === never[host]) return false;
  const names = await filesOf(context, host).list(path);
  for (const name of names) if (!(await leaves(context, host, `${path}/${name}`, all))) return false;
  return true;
}

async function leaves(
  context: Context,
  host: DoneFolder['host'],
  path: string,
  all: readonly Done[],
): Promise<boolean> {
  for (const one of all) {
    if (one.type === 'file' && one.host === host && one.path === path) {
      return (await lookAtFile(context, one)).is === 'removal';
    }
    if (one.type === 'move' && host === 'here' && one.to === path) return canMoveBack(context, one);
    if (one.type === 'folder' && one.host === host && [one.path, ...one.above].includes(path)) {
      return empties(context, host, path, all);
    }
  }
  return false;
}
