import { z } from 'zod';
import { lockScript as scripts } from '../argv/lock-script.ts';
import { lineOn } from '../domain/command-text.ts';
import { pause } from '../domain/pause.ts';
import type { Host } from '../domain/ports.ts';
import { exitCodes, type Problem, ProblemError } from '../domain/problem.ts';
import { quoted } from '../domain/show-change.ts';

/** Milliseconds between two heartbeats: several are missed before the lock counts as left behind. */
const heartbeat = 12_000;

/** Milliseconds between two tries to take a lock that somebody else holds. */
const pace = 1_000;

/** Milliseconds for which everybody waits for the commands of a holder who is gone. */
const untilIdle = 20_000;

/** The right to change a droplet, held by one roll-out at a time, on whatever laptop. */
export interface HostLock {
  /** On the droplet, absolute: what every change checks. */
  readonly file: string;
  readonly token: string;
  /** @throws ProblemError (exit 6) where another roll-out took it over */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

const ownerSchema = z.object({
  user: z.string(),
  host: z.string(),
  pid: z.int(),
  since: z.string(),
  command: z.string(),
});

/** Who holds a lock, from where, and since when by their own clock. */
export type LockOwner = z.infer<typeof ownerSchema>;

/** A lock that somebody holds. */
export interface HeldLock {
  readonly owner: LockOwner;
  /** Seconds since the last heartbeat, by the droplet's clock. */
  readonly age: number;
}

/** As much of a droplet as its lock needs. */
type Place = Pick<Host, 'id' | 'name' | 'processes'> & { readonly files: Pick<Host['files'], 'root'> };

const folderOf = ({ files }: Place) => `${files.root}/.erp-deploy`;

/** How far somebody goes to get the lock. */
export interface Taking {
  /** Whether one with a fresh heartbeat is taken as well. */
  readonly force: boolean;
  /** Told whom it waits for, however long that takes; null where it does not wait. */
  readonly waits: ((words: string) => void) | null;
  /** What a person is told to do about one that is still heard of. */
  readonly todo: readonly string[];
}

/**
 * Two that wait may find it free at once: one of them takes it, and the other waits on. What commands of a holder
 * who is gone still do is waited for in any case, for a while.
 * @throws ProblemError (exit 6) where somebody holds it, unless their heartbeat has stopped, or by force
 */
export async function takeHostLock(
  host: Place,
  owner: LockOwner,
  token: string,
  how: Taking,
  signal: AbortSignal,
): Promise<HostLock> {
  const take = scripts.take(folderOf(host), token, JSON.stringify(owner), how.force);
  const until = performance.now() + untilIdle;
  for (;;) {
    const asked = await run(host, take, signal);
    const held = heldIn(asked);
    if (held === null) return lockOf(host, token);
    const isBusy = asked.startsWith('busy');
    how.waits?.(waitsFor(held, isBusy));
    if (how.waits === null && !(isBusy && performance.now() < until))
      throw new ProblemError(isBusy ? stillAtWork(host, held) : lockedBy(host, held, how.todo));
    await pause(pace, signal);
  }
}

function waitsFor({ owner }: HeldLock, isBusy: boolean): string {
  const who = `${owner.user}@${owner.host} ("${owner.command}")`;
  return isBusy ? `waiting for what a command of ${who} still does` : `waiting for ${who}`;
}

function lockOf(host: Place, token: string): HostLock {
  const folder = folderOf(host);
  // Whoever is asked to stop finishes the change that was begun, and holds the lock meanwhile.
  const { signal } = new AbortController();
  const assertHeld = async () => {
    const { exitCode } = await host.processes.run(scripts.beat(folder, token), null, signal);
    if (exitCode !== 0) throw new ProblemError(lockGone(host));
  };
  // What a heartbeat finds is told by the next change, which looks itself.
  const beat = () => void assertHeld().catch(() => undefined);
  const beating = setInterval(beat, heartbeat);
  beating.unref();
  return {
    file: `${folder}/lock/token`,
    token,
    assertHeld,
    release: async () => {
      clearInterval(beating);
      await host.processes.run(scripts.release(folder, token), null, signal);
    },
  };
}

/** Who holds the lock of the droplet; null where nobody does. Makes nothing. */
export async function hostLockHolder(host: Place, signal: AbortSignal): Promise<HeldLock | null> {
  return heldIn(await run(host, scripts.look(folderOf(host)), signal));
}

async function run(host: Place, argv: readonly [string, ...string[]], signal: AbortSignal): Promise<string> {
  const { exitCode, stdout, stderr } = await host.processes.run(argv, null, signal);
  if (exitCode !== 0) throw new ProblemError(noLock(host, stderr));
  return stdout.trim();
}

function heldIn(said: string): HeldLock | null {
  const [, age, owner] = /^(?:held|busy) (-?\d+) (.*)$/s.exec(said) ?? [];
  if (age === undefined || owner === undefined) return null;
  return { age: Number(age), owner: ownerSchema.parse(JSON.parse(owner)) };
}

export function ownerWords({ owner, age }: HeldLock): string {
  return `${owner.user}@${owner.host}, process ${owner.pid} ("${owner.command}"), since ${owner.since}; last heard of ${age} s ago`;
}

function lockedBy(host: Place, held: HeldLock, todo: readonly string[]): Problem {
  return {
    code: 'ERP-0721',
    what: `Another roll-out works on ${host.name}.`,
    why: `It is ${ownerWords(held)}.`,
    todo,
    exit: exitCodes.locked,
  };
}

function stillAtWork(host: Place, held: HeldLock): Problem {
  return {
    code: 'ERP-0721',
    what: `A command of an earlier roll-out still runs on ${host.name}.`,
    why: `It is of ${ownerWords(held)}.`,
    todo: [`See what it does: ${lineOn(host, 'ps -fu "$USER"')}`, 'When it has ended, start again.'],
    exit: exitCodes.locked,
  };
}

function lockGone(host: Place): Problem {
  return {
    code: 'ERP-0722',
    what: `The lock on ${host.name} is not this roll-out's any more.`,
    why: 'Another one took it over, or somebody removed it; nothing more is changed from here.',
    todo: [
      `See who has it: erp-deploy unlock --production-host ${quoted(host.name)}`,
      'When they are done, start again.',
    ],
    exit: exitCodes.locked,
  };
}

function noLock(host: Place, said: string): Problem {
  return {
    code: 'ERP-0723',
    what: `The lock on ${host.name} cannot be taken.`,
    why: `It lies in ${folderOf(host)}; what the droplet said is below.`,
    todo: [`Look at it: ${lineOn(host, `ls -ld ${quoted(folderOf(host))}`)}`, 'Mend it, and start again.'],
    exit: exitCodes.prerequisite,
    excerpt: said.trim().split('\n').slice(-5),
  };
}
