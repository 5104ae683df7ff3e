import type { Context } from '../workspace/context.ts';
import { type DoneMove, stays, type Undoing, undone } from './undoing.ts';

/** Whether the file lies where it was moved to, as it was, and its old place is free. */
export async function canMoveBack({ files }: Context, { from, to, sha256 }: DoneMove): Promise<boolean> {
  const [there, old] = await Promise.all([files.look(to), files.look(from)]);
  return there.type === 'file' && old.type === 'absent' && (await files.hash(to)) === sha256;
}

/** Back to where it was. */
export async function undoMove(context: Context, done: DoneMove): Promise<Undoing> {
  const { from, to, sha256 } = done;
  if ((await context.files.look(to)).type === 'absent') return undone;
  if (!(await canMoveBack(context, done))) return stays(`${to}: changed since, or its old place is taken`);
  const before = { state: 'file', sha256 } as const;
  return {
    changes: [{ status: 'exact', change: { kind: 'move', from: to, to: from, before } }],
    kept: null,
  };
}
