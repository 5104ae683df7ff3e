import { exact } from '../domain/build-change.ts';
import type { Context } from '../workspace/context.ts';
import { type DoneMove, stays, type Undoing, undone } from './undoing.ts';

/** Returns whether the moved file is unchanged at its new path, and its old path is free. */
export async function canMoveBack({ files }: Context, { from, to, sha256 }: DoneMove): Promise<boolean> {
  const [current, old] = await Promise.all([files.inspect(to), files.inspect(from)]);
  return current.type === 'file' && old.type === 'absent' && (await files.hash(to)) === sha256;
}

/** Returns the change that moves a file back to its old path. */
export async function planMoveUndo(context: Context, done: DoneMove): Promise<Undoing> {
  const { from, to, sha256 } = done;
  if ((await context.files.inspect(to)).type === 'absent') return undone;
  if (!(await canMoveBack(context, done))) return stays(`${to}: changed since, or ${from} exists again`);
  const before = { state: 'file', sha256 } as const;
  return {
    changes: [exact({ kind: 'move', from: to, to: from, before })],
    kept: null,
  };
}
