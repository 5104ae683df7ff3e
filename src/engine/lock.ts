import { z } from 'zod';
import { inWorkspace } from '../domain/command-text.ts';
import {
  type ClaimFolder,
  type Clock,
  FileFault,
  type LivenessSockets,
  type ProcessTable,
} from '../domain/ports.ts';
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
  // Missing in the entries of earlier versions.
  pidNamespace: z.string().nullable().optional(),
  socket: z
    .object({ name: z.string().regex(/^[0-9a-f]{8}\.sock$/), device: z.string(), inode: z.string() })
    .nullable()
    .optional(),
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
  /** Whether the number of its process means this process here, too. */
  readonly visible: boolean;
}

type JudgedBy = Pick<LockParts, 'folder' | 'processes'>;

/** Returns who holds the lock now, and whether that process still runs; null if the lock is free. */
export async function lockHolder(parts: JudgedBy): Promise<Held | null> {
  return holderOf((await parts.folder.entries()).at(-1), parts);
}

async function holderOf(last: { readonly text: string } | undefined, parts: JudgedBy): Promise<Held | null> {
  if (last === undefined) return null;
  const holder = parseHolder(last.text);
  return holder.released ? null : { holder, ...(await stateOf(holder, parts)) };
}

/** Judges a holder by its process and by its socket: one that neither shows to have ended counts as alive. */
async function stateOf(
  holder: Holder,
  { folder, processes }: JudgedBy,
): Promise<Pick<Held, 'alive' | 'visible'>> {
  const seen = await processes.isRunning(holder);
  if (seen === 'running') return { alive: 'running', visible: true };
  const socket = holder.socket == null ? 'unknown' : await folder.sockets.stateOf(holder.socket);
  if (socket === 'running') return { alive: 'running', visible: false };
  const { boot } = await processes.self();
  const ended = socket === 'gone' && boot !== '' && boot === holder.boot;
  return { alive: ended ? 'gone' : seen, visible: false };
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
    todo: [`Make sure that no erp-deploy runs here, and remove it: rm -r ${inWorkspace('.erp-deploy/lock')}`],
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
  const found = await holderOf(last, parts);
  if (found !== null && found.alive !== 'gone' && !force) throw new ProblemError(heldBy(found, hint));
  return (await claimAfter(last?.number ?? 0, parts)) ?? takeLock(parts, false, hint);
}

/** Claims the next number; null if another process was faster. It listens before: an entry names its socket. */
async function claimAfter(highest: number, parts: LockParts): Promise<Lock | null> {
  const { folder, processes, clock, command } = parts;
  const listener = await folder.sockets.listen();
  let lock: Lock | null = null;
  try {
    const socket = listener?.socket ?? null;
    const holder: Holder = {
      ...(await processes.self()),
      socket,
      command,
      since: clock(),
      released: false,
    };
    const number = highest + 1;
    const won = await folder.claim(number, `${JSON.stringify(holder)}\n`);
    if (won && (await isHighest(folder, number))) {
      await removeBelow(folder, number, socket?.name ?? null);
      lock = lockOf(folder, number, holder, listener);
    } else if (won) {
      await folder.remove(number);
    }
  } finally {
    if (lock === null) await listener?.close();
  }
  return lock;
}

type Listener = Awaited<ReturnType<LivenessSockets['listen']>>;

function lockOf(folder: ClaimFolder, number: number, holder: Holder, listener: Listener): Lock {
  return {
    assertHeld: async () => {
      if (!(await isHighest(folder, number))) throw new ProblemError(takenOver());
    },
    release: async () => {
      try {
        await markReleased(folder, number, holder);
        await listener?.close();
      } catch (error) {
        // A full disk: the next process finds that this one has ended, and takes the lock over.
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

/** Removes the entries and sockets of former holders. */
async function removeBelow(folder: ClaimFolder, number: number, ownSocket: string | null): Promise<void> {
  for (const entry of await folder.entries()) if (entry.number < number) await folder.remove(entry.number);
  await folder.sockets.removeAllBut(ownSocket);
}

function heldBy({ holder, alive, visible }: Held, hint: string): Problem {
  const { pid, user, host, command, since } = holder;
  const isUnknown = alive === 'unknown';
  return {
    code: 'ERP-0210',
    what: `Another erp-deploy ${isUnknown ? 'may be at work' : 'works'} in this workspace (process ${pid} of ${user} on ${host}).`,
    why: `It runs "${command}" since ${since}; two at once would lose each other's work.${
      isUnknown ? ' Whether it still runs cannot be checked from here.' : ''
    }`,
    todo: [
      'Wait until it has finished, and start again.',
      // Elsewhere, the same number is another process.
      visible
        ? `Stop it safely on this machine: kill -INT ${pid}`
        : `Or stop it with Ctrl-C where it runs: ${isUnknown ? 'on another machine, or ' : ''}in another container or sandbox of ${host}.`,
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
