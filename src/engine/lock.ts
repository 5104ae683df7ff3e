import * as z from 'zod';
import { inWorkspace } from '../domain/command-text.ts';
import { FileFault } from '../domain/ports/files.ts';
import type { ProcessTable } from '../domain/ports/process-table.ts';
import type { Clock } from '../domain/ports/system.ts';
import type { ClaimFolder, LivenessSockets } from '../domain/ports/workspace-lock.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';
import { holdsLock, type Liveness, livenessOf, mayTake, nextNumber } from './lock-decisions.ts';

const holderSchema = z.object({
  pid: z.int(),
  started: z.string(),
  boot: z.string(),
  host: z.string(),
  user: z.string(),
  command: z.string(),
  since: z.string(),
  released: z.boolean(),
  // Earlier versions do not write these two fields.
  pidNamespace: z.string().nullable().optional(),
  socket: z
    .object({ name: z.string().regex(/^[0-9a-f]{8}\.sock$/), device: z.string(), inode: z.string() })
    .nullable()
    .optional(),
});

type Holder = z.infer<typeof holderSchema>;

/** The lock of a workspace, held by one process at a time. */
export interface Lock {
  /** @throws ProblemError (exit 6) if another process took it over */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

export interface LockParts {
  readonly folder: ClaimFolder;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** As the operator typed it, without secrets. */
  readonly command: string;
}

interface Held {
  readonly holder: Holder;
  readonly alive: Liveness;
  /** Whether its process number is valid on this machine, too. */
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

/**
 * Checks the holder's process and its socket. The holder counts as running unless one of them shows that it has ended.
 */
async function stateOf(
  holder: Holder,
  { folder, processes }: JudgedBy,
): Promise<Pick<Held, 'alive' | 'visible'>> {
  const seen = await processes.isRunning(holder);
  if (seen === 'running') return { alive: seen, visible: true };
  const socket = holder.socket == null ? 'unknown' : await folder.sockets.stateOf(holder.socket);
  const { boot } = await processes.self();
  return { alive: livenessOf(seen, socket, boot !== '' && boot === holder.boot), visible: false };
}

/** @throws ProblemError (exit 3) if erp-deploy did not write the entry */
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
    why: 'Another program wrote into .erp-deploy/lock, or it is damaged on the disk.',
    todo: [
      {
        text: 'Make sure that no erp-deploy runs in this workspace, then remove it',
        command: ['rm', '-r', inWorkspace('.erp-deploy/lock')],
      },
    ],
    exit: exitCodes.prerequisite,
  };
}

/**
 * Takes the lock. The lock belongs to the process that created the entry with the highest number, and each number can
 * be created only once. If two processes find the same stale holder, only one of them can create the next number, and
 * the former holder can detect that it lost the lock.
 * @param force takes the lock from a holder that still runs
 * @param hint what to do about a holder that does not end by itself
 * @throws ProblemError (exit 6) if another process holds it
 */
export async function takeLock(
  parts: LockParts,
  force = false,
  hint: Remedy = { text: 'See who holds the lock', command: ['erp-deploy', 'unlock'] },
): Promise<Lock> {
  // The folder is listed only once, because the new number must follow the number of the holder that was checked.
  const last = (await parts.folder.entries()).at(-1);
  // Above this number, adding 1 would not change it: IEEE 754 has no next integer there.
  if (last !== undefined && last.number >= Number.MAX_SAFE_INTEGER) throw new ProblemError(unreadable());
  const found = await holderOf(last, parts);
  if (found !== null && !mayTake(found.alive, force)) throw new ProblemError(heldBy(found, hint));
  return (await claimAfter(last?.number ?? 0, parts)) ?? takeLock(parts, false, hint);
}

/**
 * Claims the next number; returns null if another process was faster. Opens the socket first, since the entry names it.
 */
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
    const number = nextNumber(highest);
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
        // If the disk is full, the entry stays; the next process finds that this process has ended, and takes the lock.
        if (!(error instanceof FileFault)) throw error;
      }
    },
  };
}

/**
 * Marks the entry as released instead of removing it: with no entry left, a slow process could claim a lower number,
 * and win.
 */
async function markReleased(folder: ClaimFolder, number: number, holder: Holder): Promise<void> {
  if (!(await isHighest(folder, number))) return;
  await folder.replace(number, `${JSON.stringify({ ...holder, released: true })}\n`);
}

async function isHighest(folder: ClaimFolder, number: number): Promise<boolean> {
  return holdsLock(
    (await folder.entries()).map((entry) => entry.number),
    number,
  );
}

/** Removes the entries and sockets of former holders. */
async function removeBelow(folder: ClaimFolder, number: number, ownSocket: string | null): Promise<void> {
  for (const entry of await folder.entries()) if (entry.number < number) await folder.remove(entry.number);
  await folder.sockets.removeAllBut(ownSocket);
}

function heldBy({ holder, alive, visible }: Held, hint: Remedy): Problem {
  const { pid, user, host, command, since } = holder;
  const isUnknown = alive === 'unknown';
  return {
    code: 'ERP-0210',
    what: `Another erp-deploy ${isUnknown ? 'may be running' : 'is running'} in this workspace (process ${pid} of ${user} on ${host}).`,
    why: `It has been running "${command}" since ${since}; two at once would overwrite each other's changes.${
      isUnknown ? ' Whether it still runs cannot be checked from here.' : ''
    }`,
    todo: [
      { text: 'Wait until it has finished, then run again.' },
      // In another PID namespace, the same number belongs to another process.
      visible
        ? { text: 'Stop it safely on this machine', command: ['kill', '-INT', String(pid)] }
        : {
            text: `Or stop it with Ctrl-C where it runs: ${isUnknown ? 'on another machine, or ' : ''}in another container or sandbox of ${host}.`,
          },
      hint,
    ],
    exit: exitCodes.locked,
  };
}

function takenOver(): Problem {
  return {
    code: 'ERP-0211',
    what: 'Another erp-deploy took over the lock of this workspace.',
    why: '"erp-deploy unlock --force" was run while this one was running; this one makes no further changes.',
    todo: [{ text: 'See what the other one did', command: ['erp-deploy', 'status'] }],
    exit: exitCodes.locked,
  };
}
