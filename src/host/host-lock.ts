import * as z from 'zod';
import { lockScript } from '../argv/lock-script.ts';
import { commandOn, shellOn } from '../domain/command-text.ts';
import { pause } from '../domain/pause.ts';
import type { Host } from '../domain/ports/host.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Command } from '../domain/shell-script.ts';

/** Milliseconds between two heartbeats: several are missed before the lock counts as left behind. */
const heartbeat = 12_000;

/** Milliseconds between two tries to take a lock that another rollout holds. */
const pollInterval = 1_000;

/** Milliseconds for which a rollout waits for running commands of a holder without a heartbeat. */
const untilIdle = 20_000;

/** The right to change a host, held by one rollout at a time, on any machine. */
export interface HostLock {
  /** The file that holds the token, on the host, absolute: every change checks it. */
  readonly file: string;
  readonly token: string;
  /** @throws ProblemError (exit 6) if another rollout took it over */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

/** The version of the owner's data in a lock; assets/remote/lock.sh takes over no lock of a later version. */
const ownerVersion = 1;

const ownerSchema = z.object({
  // Missing in the locks of earlier versions.
  v: z.literal(ownerVersion).optional(),
  user: z.string(),
  host: z.string(),
  pid: z.int(),
  since: z.string(),
  command: z.string(),
  // Identifies the process, and the machine since its start. Missing in the locks of earlier versions.
  started: z.string().optional(),
  boot: z.string().optional(),
  pidNamespace: z.string().nullable().optional(),
  machine: z.string().nullable().optional(),
});

/** The user, machine and process that hold a lock, and since when by their own clock. */
export type LockOwner = Omit<z.infer<typeof ownerSchema>, 'v'>;

/** A lock that is held. */
export interface HeldLock {
  /** Null if it cannot be read, as after a power cut. */
  readonly owner: LockOwner | null;
  /** Seconds since the last heartbeat, by the host's clock. */
  readonly age: number;
}

/** The parts of a host that its lock needs. */
type LockedHost = Pick<Host, 'id' | 'name' | 'processes'> & { readonly files: Pick<Host['files'], 'root'> };

const folderOf = ({ files }: LockedHost) => `${files.root}/.erp-deploy`;

/** How a lock is taken. */
export interface Taking {
  /** Whether a lock with a fresh heartbeat is taken over, too. */
  readonly force: boolean;
  /** Reports whom it waits for, without a time limit; null if it does not wait. */
  readonly waits: ((text: string) => void) | null;
  /** What the operator can do about a lock with a heartbeat. */
  readonly todo: readonly Remedy[];
  /** Returns whether the owner certainly was a process of this machine that has ended; reports it then. */
  hasEnded?(owner: LockOwner): Promise<boolean>;
}

/**
 * Takes the lock. If two waiting rollouts find it free at the same time, one takes it and the other keeps waiting. In
 * any case it waits a while for commands that a holder without a heartbeat left running.
 * @throws ProblemError (exit 6) if it is held: with a heartbeat and without force, or by a later version
 */
export async function takeHostLock(
  host: LockedHost,
  owner: LockOwner,
  token: string,
  how: Taking,
  signal: AbortSignal,
): Promise<HostLock> {
  // lock.sh finds the version at its beginning.
  const text = JSON.stringify({ v: ownerVersion, ...owner });
  const take = lockScript.take(folderOf(host), token, text, how.force);
  const until = performance.now() + untilIdle;
  for (;;) {
    const first = await run(host, take, signal);
    const reply = (await takenFromEnded(host, first, token, text, how, signal)) ?? first;
    if (reply === 'taken') return lockOf(host, token);
    const held = heldIn(host, reply);
    const isBusy = reply.startsWith('busy');
    how.waits?.(waitsFor(held, isBusy));
    if (how.waits === null && !(isBusy && performance.now() < until))
      throw new ProblemError(isBusy ? stillAtWork(host, held) : lockedBy(host, held, how.todo));
    await pause(pollInterval, signal);
  }
}

/**
 * Takes the lock from a process of this machine that has ended, as after a power cut here: its heartbeat is recent, and
 * will not be renewed. Null if another process holds it.
 */
async function takenFromEnded(
  host: LockedHost,
  reply: string,
  token: string,
  text: string,
  { hasEnded }: Taking,
  signal: AbortSignal,
): Promise<string | null> {
  const [, holder] = /^held -?\d+ (.*)$/s.exec(reply) ?? [];
  if (hasEnded === undefined || holder === undefined) return null;
  const { owner } = heldIn(host, reply);
  if (owner === null || !(await hasEnded(owner))) return null;
  return run(host, lockScript.takeFrom(folderOf(host), token, text, holder), signal);
}

function waitsFor({ owner }: HeldLock, isBusy: boolean): string {
  const holder =
    owner === null ? 'an owner that cannot be read' : `${owner.user}@${owner.host} ("${owner.command}")`;
  return isBusy ? `waiting for a command of ${holder} that still runs` : `waiting for ${holder}`;
}

function lockOf(host: LockedHost, token: string): HostLock {
  const folder = folderOf(host);
  // A rollout that is asked to stop finishes the change that it began, and holds the lock meanwhile.
  const { signal } = new AbortController();
  const assertHeld = async () => {
    if (!(await isHeld(false))) throw new ProblemError(lockGone(host));
  };
  const isHeld = async (background: boolean) => {
    const { argv, input } = lockScript.beat(folder, token);
    const given = { input, background };
    return (await host.processes.run(argv, null, signal, undefined, given)).exitCode === 0;
  };
  // A lost lock is reported by the next change, which checks the lock itself.
  const beat = () => void isHeld(true).catch(() => undefined);
  const beating = setInterval(beat, heartbeat);
  beating.unref();
  return {
    file: `${folder}/lock/token`,
    token,
    assertHeld,
    release: async () => {
      clearInterval(beating);
      await ended(host, lockScript.release(folder, token), signal);
    },
  };
}

/** Returns who holds the lock of the host; null if it is free. Creates nothing. */
export async function hostLockHolder(host: LockedHost, signal: AbortSignal): Promise<HeldLock | null> {
  const reply = await run(host, lockScript.look(folderOf(host)), signal);
  return reply === 'free' ? null : heldIn(host, reply);
}

const ended = ({ processes }: LockedHost, { argv, input }: Command, signal: AbortSignal) =>
  processes.run(argv, null, signal, undefined, { input });

async function run(host: LockedHost, command: Command, signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await ended(host, command, signal);
  if (exitCode !== 0) throw new ProblemError(noLock(host, stderr));
  return stdout.trim();
}

/** @throws ProblemError (exit 6) if a later version holds it, (exit 3) if lock.sh did not print this */
function heldIn(host: LockedHost, output: string): HeldLock {
  const [, age, text = ''] = /^(?:held|busy) (-?\d+)(?: (.*))?$/s.exec(output) ?? [];
  if (age === undefined) throw new ProblemError(noLock(host, output));
  const owner = parsed(text);
  const version = z.looseObject({ v: z.int() }).safeParse(owner).data?.v ?? ownerVersion;
  if (version > ownerVersion) throw new ProblemError(lockOfLaterVersion(host, version));
  return { age: Number(age), owner: ownerSchema.safeParse(owner).data ?? null };
}

/** Returns the value of a JSON text; undefined if it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

export function holderText({ owner, age }: HeldLock): string {
  if (owner === null) return `an owner that cannot be read; last heartbeat ${age} s ago`;
  return `${owner.user}@${owner.host}, process ${owner.pid} ("${owner.command}"), since ${owner.since}; last heartbeat ${age} s ago`;
}

function lockedBy(host: LockedHost, held: HeldLock, todo: readonly Remedy[]): Problem {
  return {
    code: 'ERP-0721',
    what: `Another rollout is running on ${host.name}.`,
    why: `The lock is held by ${holderText(held)}.`,
    todo,
    exit: exitCodes.locked,
  };
}

function stillAtWork(host: LockedHost, held: HeldLock): Problem {
  return {
    code: 'ERP-0721',
    what: `A command of an earlier rollout still runs on ${host.name}.`,
    why: `It was started by ${holderText(held)}.`,
    todo: [
      { text: 'Show what runs', command: shellOn(host, 'ps -fu "$USER"') },
      { text: 'When it has ended, run again.' },
    ],
    exit: exitCodes.locked,
  };
}

function lockOfLaterVersion(host: LockedHost, version: number): Problem {
  return {
    code: 'ERP-0721',
    what: `A later version of erp-deploy holds the lock on ${host.name}.`,
    why: `The lock has version ${version}; this erp-deploy supports up to version ${ownerVersion}.`,
    todo: [
      {
        text: 'Use the later version to see who holds it',
        command: ['erp-deploy', 'unlock', '--production-host', host.name],
      },
    ],
    exit: exitCodes.locked,
  };
}

function lockGone(host: LockedHost): Problem {
  return {
    code: 'ERP-0722',
    what: `This rollout no longer holds the lock on ${host.name}.`,
    why: 'Another rollout took it over, or it was removed. This rollout changes nothing more.',
    todo: [
      { text: 'See who has it', command: ['erp-deploy', 'unlock', '--production-host', host.name] },
      { text: 'When they are done, run again.' },
    ],
    exit: exitCodes.locked,
  };
}

function noLock(host: LockedHost, output: string): Problem {
  return {
    code: 'ERP-0723',
    what: `The lock on ${host.name} cannot be taken.`,
    why: `It is in ${folderOf(host)}; what the host printed is below.`,
    todo: [
      { text: 'Check its permissions', command: commandOn(host, ['ls', '-ld', folderOf(host)]) },
      { text: 'Fix the cause, then run again.' },
    ],
    exit: exitCodes.prerequisite,
    excerpt: output.trim().split('\n').slice(-5),
  };
}
