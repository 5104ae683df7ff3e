import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished, vi } from 'vitest';
import { processesIn } from '../../src/adapters/processes.ts';
import {
  type HostLock,
  hostLockHolder,
  type LockOwner,
  type Taking,
  takeHostLock,
} from '../../src/host/host-lock.ts';
import { tempFolder } from '../support/disk/temp-folder.ts';

const owner = (user: string) => ({ user, host: 'laptop', pid: 1, since: 'today', command: 'erp-deploy run' });
const never = new AbortController().signal;
const longAgo = new Date(Date.now() - 120_000);

/** A host that is this machine, on which the scripts run. */
function localHost() {
  const root = tempFolder();
  const host = { id: 'production', name: 'droplet', files: { root }, processes: processesIn(root) } as const;
  const lock = join(root, '.erp-deploy/lock');
  const take = (user: string, how: Partial<Taking> = {}): Promise<HostLock> =>
    takeHostLock(host, owner(user), user, { force: false, waits: null, todo: [], ...how }, never);
  return { host, lock, take, holder: () => hostLockHolder(host, never) };
}

it('lets one of two waiting rollouts take it, and the other one after its release', async () => {
  const { take } = localHost();
  const first = await take('first');
  const heard: string[] = [];
  const order: string[] = [];
  const waits = async (user: string) => {
    const lock = await take(user, { waits: (words) => heard.push(words) });
    order.push(`${user} has it`);
    await lock.assertHeld();
    order.push(`${user} gives it back`);
    await lock.release();
  };
  const both = Promise.all([waits('ada'), waits('bob')]);
  await vi.waitUntil(() => heard.length > 1, 30_000);
  await first.release();
  await both;
  expect(order).toEqual(
    order[0] === 'ada has it'
      ? ['ada has it', 'ada gives it back', 'bob has it', 'bob gives it back']
      : ['bob has it', 'bob gives it back', 'ada has it', 'ada gives it back'],
  );
});

it('makes two rollouts wait until the command of a killed holder has ended', async () => {
  const { lock, take } = localHost();
  await take('gone');
  utimesSync(join(lock, 'beat'), longAgo, longAgo);
  const command = execa('flock', ['--shared', join(lock, 'token'), 'sh', '-c', 'echo at work; cat']);
  onTestFinished(() => void command.kill());
  await once(command.stdout, 'data');
  const order: string[] = [];
  const waits = (words: string) => order.push(words);
  const lets = async (user: string, how: Partial<Taking>) => {
    const taken = await take(user, how);
    order.push('taken');
    await taken.release();
  };
  const both = Promise.allSettled([lets('ada', { waits }), lets('bob', {})]);
  await vi.waitUntil(() => order.length > 0, 30_000);
  command.stdin.end();
  const ends = await both;
  expect(order[0]).toBe('waiting for a command of gone@laptop ("erp-deploy run") that still runs');
  // The rollout that does not wait may find that ada took the lock first.
  expect(ends[0]).toMatchObject({ status: 'fulfilled' });
  if (ends[1].status === 'rejected') {
    expect(ends[1].reason).toMatchObject({ problems: [{ code: 'ERP-0721', exit: 6 }] });
  }
});

it('is taken over immediately from an owner that is known to have ended, although its heartbeat is recent', async () => {
  const { take, holder } = localHost();
  const first = await take('ada');
  await expect(take('bob', { hasEnded: async () => false })).rejects.toMatchObject({
    problems: [{ code: 'ERP-0721' }],
  });
  const asked: string[] = [];
  const hasEnded = async ({ user }: LockOwner) => asked.push(user) > 0;
  await (await take('bob', { hasEnded })).assertHeld();
  expect(asked).toEqual(['ada']);
  expect(await holder()).toMatchObject({ owner: { user: 'bob' } });
  await expect(first.assertHeld()).rejects.toMatchObject({ problems: [{ code: 'ERP-0722' }] });
});

it('is not taken from a rollout that took it after the ended owner was found', async () => {
  const { take, holder } = localHost();
  await take('ada');
  const hasEnded = async ({ user }: LockOwner) => {
    if (user === 'ada') await take('eve', { force: true });
    return user === 'ada';
  };
  await expect(take('bob', { hasEnded })).rejects.toMatchObject({
    problems: [{ code: 'ERP-0721', why: expect.stringContaining('eve@laptop') }],
  });
  expect(await holder()).toMatchObject({ owner: { user: 'eve' } });
});

it('is not taken from an ended owner whose command still runs', async () => {
  const { lock, take } = localHost();
  await take('ada');
  const command = execa('flock', ['--shared', join(lock, 'token'), 'sh', '-c', 'echo at work; cat']);
  onTestFinished(() => void command.kill());
  await once(command.stdout, 'data');
  const order: string[] = [];
  const waits = (words: string) => {
    order.push(words);
    command.stdin.end();
  };
  await (await take('bob', { hasEnded: async () => true, waits })).assertHeld();
  expect(order).toContain('waiting for a command of ada@laptop ("erp-deploy run") that still runs');
});

/** Replaces the owner that a lock names; its heartbeat has stopped. */
async function abandoned(owner: unknown) {
  const there = localHost();
  await there.take('ada');
  writeFileSync(join(there.lock, 'owner'), JSON.stringify(owner));
  utimesSync(join(there.lock, 'beat'), longAgo, longAgo);
  return there;
}

it('records its holder and the version of its format', async () => {
  const { lock, holder, take } = localHost();
  await take('ada');
  expect(readFileSync(join(lock, 'owner'), 'utf8')).toMatch(/^\{"v":1,/);
  expect(await holder()).toMatchObject({ owner: owner('ada') });
});

it('of an earlier version, which records no version, is read and taken over', async () => {
  const { holder, take } = await abandoned(owner('eve'));
  expect(await holder()).toMatchObject({ owner: owner('eve'), age: expect.any(Number) });
  await (await take('bob')).assertHeld();
  expect(await holder()).toMatchObject({ owner: owner('bob') });
});

it('of a later version is never taken over, not even by force', async () => {
  const { holder, take, lock } = await abandoned({ v: 2, who: 'eve' });
  const refused = { problems: [{ code: 'ERP-0721', exit: 6, why: expect.stringContaining('version 2') }] };
  await expect(take('bob')).rejects.toMatchObject(refused);
  await expect(take('bob', { force: true })).rejects.toMatchObject(refused);
  await expect(holder()).rejects.toMatchObject(refused);
  expect(JSON.parse(readFileSync(join(lock, 'owner'), 'utf8'))).toEqual({ v: 2, who: 'eve' });
});

it('can be read while it is released: a read finds the holder or nothing, and never fails', async () => {
  const { lock, holder, take } = localHost();
  expect(await holder()).toBeNull();
  const taken = await take('ada');
  expect(await holder()).toMatchObject({ owner: { user: 'ada' } });
  for (const gone of ['beat', 'owner']) {
    rmSync(join(lock, gone));
    expect(await holder()).toBeNull();
  }
  await taken.release();
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner'), '');
  expect(await holder()).toBeNull();
  await (await take('bob')).assertHeld();
});
