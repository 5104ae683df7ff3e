import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { ProcessIdentity, ProcessTable } from '../domain/ports/process-table.ts';
import { errnoOf } from './errno.ts';
import { ownUser } from './own-user.ts';

/** The part of an identity that tells one process of one machine from every other. */
export type ProcessMark = Omit<ProcessIdentity, 'user' | 'machine'>;

/** Reads this machine's processes: from /proc on Linux, from ps(1) and sysctl(8) elsewhere. */
export function processTable(): ProcessTable {
  return {
    self: async () => ({
      ...(await ownMark()),
      user: ownUser().username,
      machine: await machineId(),
    }),
    isRunning: (owner) => stateOf(owner),
  };
}

let own: Promise<ProcessMark> | undefined;

/** Returns the mark of this process, which stays the same until it ends. */
export function ownMark(): Promise<ProcessMark> {
  own ??= readOwnMark();
  return own;
}

async function readOwnMark(): Promise<ProcessMark> {
  const isLinux = process.platform === 'linux';
  const start = isLinux ? await startIn('/proc/self/stat') : await startByPs(process.pid);
  return {
    pid: process.pid,
    started: typeof start === 'string' ? start : '',
    boot: await bootId(),
    host: hostname(),
    // Other systems have none: all their processes are in one.
    pidNamespace: isLinux ? await orNull(readlink('/proc/self/ns/pid')) : 'the only one',
  };
}

/**
 * Returns whether a process runs; `unknown` unless it would be visible from here.
 * @param shorten what was applied to the texts of the mark, if it does not contain them in full
 */
export async function stateOf(
  owner: ProcessMark,
  shorten: (text: string) => string = (text) => text,
): Promise<'running' | 'gone' | 'unknown'> {
  const self = await ownMark();
  const isSameHost = owner.host === shorten(self.host);
  if (self.boot === '' || owner.boot === shorten('')) return 'unknown';
  if (owner.boot !== shorten(self.boot)) return isSameHost ? 'gone' : 'unknown';
  if (owner.pidNamespace === undefined) return isSameHost ? stateWithoutNamespace(owner) : 'unknown';
  if (self.pidNamespace == null || owner.pidNamespace !== shorten(self.pidNamespace)) return 'unknown';
  return stateHere(owner, shorten);
}

/**
 * Handles a mark of an earlier version, which does not name its PID namespace. A process that started before the first
 * process of this namespace is in another one, so that it is unknown whether it runs.
 */
async function stateWithoutNamespace(owner: ProcessMark): Promise<'running' | 'gone' | 'unknown'> {
  const state = await stateHere(owner, (text) => text);
  if (state !== 'gone' || process.platform !== 'linux') return state;
  const first = await startIn('/proc/1/stat');
  if (!(await isOwnProc()) || typeof first !== 'string') return 'unknown';
  return Number(owner.started) < Number(first) ? 'unknown' : 'gone';
}

async function stateHere(
  { pid, started }: Pick<ProcessMark, 'pid' | 'started'>,
  shorten: (text: string) => string,
): Promise<'running' | 'gone' | 'unknown'> {
  // kill(2) always means this namespace, and finds processes that /proc hides (mounted with hidepid=2).
  if (!exists(pid)) return 'gone';
  const found = process.platform === 'linux' ? await startOnLinux(pid) : await startByPs(pid);
  if (found === 'ended') return 'gone';
  if (found === null) return exists(pid) ? 'unknown' : 'gone';
  return shorten(found) === started ? 'running' : 'gone';
}

/** Returns whether this PID namespace has a process of this number, possibly one that has ended (a zombie). */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false;
    if (errnoOf(error) === 'EPERM') return true; // another user's
    throw error;
  }
}

async function startOnLinux(pid: number): Promise<string | null> {
  return (await isOwnProc()) ? startIn(`/proc/${pid}/stat`) : null;
}

/** Returns false if /proc belongs to another PID namespace, whose numbers mean other processes. */
async function isOwnProc(): Promise<boolean> {
  return (await orNull(readlink('/proc/self'))) === String(process.pid);
}

/**
 * Reads when a process started, in clock ticks since boot; null if that cannot be read.
 * proc(5): field 22 of a stat file is the start, field 3 the state (`Z` has ended); the name in field 2 may
 * contain anything, so fields are counted from its last `)`.
 */
async function startIn(path: string): Promise<string | 'ended' | null> {
  const stat = await orNull(readFile(path, 'utf8'));
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
}

async function startByPs(pid: number): Promise<string | null> {
  const { execa } = await import('execa');
  const { exitCode, stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  return exitCode === 0 ? stdout.trim() : null;
}

async function bootId(): Promise<string> {
  if (process.platform === 'linux') {
    return ((await orNull(readFile('/proc/sys/kernel/random/boot_id', 'utf8'))) ?? '').trim();
  }
  const { execa } = await import('execa');
  return (await execa('sysctl', ['-n', 'kern.boottime'])).stdout.trim();
}

/** machine-id(5) asks not to show the id itself, so a digest of it is used; a container often has an empty one. */
async function machineId(): Promise<string | null> {
  const id = ((await orNull(readFile('/etc/machine-id', 'utf8'))) ?? '').trim();
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(`erp-deploy ${id}`).digest('hex').slice(0, 32);
}

/** Awaits a read of /proc; null if the system refuses it: no /proc, a process that has ended, another user's. */
async function orNull(read: Promise<string>): Promise<string | null> {
  try {
    return await read;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return null;
  }
}
