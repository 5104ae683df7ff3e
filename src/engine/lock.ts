import { z } from 'zod';
import { type ClaimFolder, type Clock, FileFault, type ProcessTable } from '../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';

const holderSchema = z.object({
  pid: z.int(),
  started: z.string(),
  boot: z.string(),
  host: z.string(),
  user: z.string(),
  command: z.string(),
  since: z.string(),
  released: z.boolean(),
});

type Holder = z.infer<typeof holderSchema>;

/** The right to change a workspace, held by one process at a time. */
export interface Lock {
  /** @throws ProblemError (exit 6) where another process took it over. */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

export interface LockParts {
  readonly folder: ClaimFolder;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** As the person typed it, without secrets. */
  readonly command: string;
}

interface Held {
  readonly holder: Holder;
  readonly alive: 'running' | 'gone' | 'unknown';
}

/** Who holds the lock now, and whether they are still there; null where nobody does. */
export async function lockHolder(parts: Pick<LockParts, 'folder' | 'processes'>): Promise<Held | null> {
  return holderOf((await parts.folder.entries()).at(-1), parts.processes);
}

async function holderOf(
  last: { readonly text: string } | undefined,
  processes: ProcessTable,
): Promise<Held | null> {
  if (last === undefined) return null;
  const holder = parseHolder(last.text);
  return holder.released ? null : { holder, alive: await processes.isRunning(holder) };
}

/** @throws ProblemError (exit 3) where the entry is none of ours */
function parseHolder(text: string): Holder {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new ProblemError(unreadable(), { cause: error });
  }
}

function unreadable(): Problem {
  return {
    code: 'ERP-0212',
    what: 'The lock of this workspace cannot be read.',
    why: 'Something else wrote into .erp-deploy/lock, or the disk lost a part of it.',
    todo: ['Make sure that no erp-deploy runs here, and remove it: rm -r .erp-deploy/lock'],
    exit: exitCodes.prerequisite,
  };
}

/**
 * Takes the lock: it belongs to whoever made the highest numbered entry, and a number can be made once.
 * So two that find the same stale holder cannot both win, and one that was taken over finds out.
 * @param force takes it from a holder that still runs
 * @param hint what to do about one that does not end by itself
 * @throws ProblemError (exit 6) where somebody holds it
 */
export async function takeLock(
  parts: LockParts,
  force = false,
  hint = 'See who holds the lock: erp-deploy unlock',
): Promise<Lock> {
  // One look for both: the number must be the next after the very holder that was judged.
  const last = (await parts.folder.entries()).at(-1);
  const found = await holderOf(last, parts.processes);
  if (found !== null && found.alive !== 'gone' && !force) throw new ProblemError(heldBy(found, hint));
  const highest = last?.number ?? 0;
  const holder: Holder = {
    ...(await parts.processes.self()),
    command: parts.command,
    since: parts.clock(),
    released: false,
  };
  const number = highest + 1;
  const won = await parts.folder.claim(number, `${JSON.stringify(holder)}\n`);
  if (!won || !(await isHighest(parts.folder, number))) {
    if (won) await parts.folder.remove(number);
    return takeLock(parts, false, hint);
  }
  await removeBelow(parts.folder, number);
  return lockOf(parts.folder, number, holder);
}

function lockOf(folder: ClaimFolder, number: number, holder: Holder): Lock {
  return {
    assertHeld: async () => {
      if (!(await isHighest(folder, number))) throw new ProblemError(takenOver());
    },
    release: async () => {
      try {
        await markReleased(folder, number, holder);
      } catch (error) {
        // A full disk: whoever comes next finds that its process is gone, and takes it over.
        if (!(error instanceof FileFault)) throw error;
      }
    },
  };
}

/** Marked, not removed: with no entry left, a slow claimant could make a lower number and win. */
async function markReleased(folder: ClaimFolder, number: number, holder: Holder): Promise<void> {
  if (!(await isHighest(folder, number))) return;
  await folder.replace(number, `${JSON.stringify({ ...holder, released: true })}\n`);
}

async function isHighest(folder: ClaimFolder, number: number): Promise<boolean> {
  return (await folder.entries()).at(-1)?.number === number;
}

async function removeBelow(folder: ClaimFolder, number: number): Promise<void> {
  for (const entry of await folder.entries()) if (entry.number < number) await folder.remove(entry.number);
}

function heldBy({ holder, alive }: Held, hint: string): Problem {
  return {
    code: 'ERP-0210',
    what: `Another erp-deploy works in this workspace (process ${holder.pid} of ${holder.user} on ${holder.host}).`,
    why: `It runs "${holder.command}" since ${holder.since}; two at once would lose each other's work.`,
    todo: [
      'Wait until it has finished, and start again.',
      `Stop it safely${alive === 'unknown' ? `, on ${holder.host}` : ''}: kill -INT ${holder.pid}`,
      hint,
    ],
    exit: exitCodes.locked,
  };
}

function takenOver(): Problem {
  return {
    code: 'ERP-0211',
    what: 'Another erp-deploy took over the lock of this workspace.',
    why: 'Somebody ran "erp-deploy unlock --force" while this one was at work; it changes nothing more.',
    todo: ['See what the other one did: erp-deploy status'],
    exit: exitCodes.locked,
  };
}
