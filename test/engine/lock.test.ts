import { expect, it } from 'vitest';
import type { ProcessIdentity } from '../../src/domain/ports/process-table.ts';
import { lockHolder, takeLock } from '../../src/engine/lock.ts';
import { MemoryClaims, processesOf, someone } from '../support/disk/memory-claims.ts';

const other: ProcessIdentity = { ...someone, pid: 200, started: '6000' };
const clock = () => '2026-11-22T21:04:00.000Z';

/** The lock as one process takes it; `running` are the other processes that it sees. */
function partsOf(claims: MemoryClaims, self: ProcessIdentity, running: readonly ProcessIdentity[] = []) {
  return { folder: claims.as(), processes: processesOf(self, running), clock, command: 'erp-deploy run' };
}

/** A lock that a process took and never released. */
async function takenBy(holder: ProcessIdentity): Promise<MemoryClaims> {
  const claims = new MemoryClaims();
  await takeLock(partsOf(claims, holder));
  return claims;
}

/** The lock of a process that was killed. */
async function leftBy(holder: ProcessIdentity): Promise<MemoryClaims> {
  const claims = await takenBy(holder);
  claims.killAll();
  return claims;
}

const elsewhere: ProcessIdentity = { ...someone, pidNamespace: 'pid:[2]' };

it('is free at first, held after it was taken, and free after its release', async () => {
  const claims = new MemoryClaims();
  const parts = partsOf(claims, someone);
  expect(await lockHolder(parts)).toBeNull();
  const lock = await takeLock(parts);
  expect(await lockHolder(parts)).toMatchObject({
    holder: { pid: 100, command: 'erp-deploy run' },
    alive: 'running',
  });
  await lock.assertHeld();
  await lock.release();
  expect(await lockHolder(parts)).toBeNull();
});

it('refuses a second process while the first runs, and names the holder', async () => {
  const claims = await takenBy(someone);
  await expect(takeLock(partsOf(claims, other, [someone]))).rejects.toMatchObject({
    problems: [
      { code: 'ERP-0210', exit: 6, what: expect.stringContaining('process 100 of david on laptop') },
    ],
  });
});

it.each([2 ** 53 - 1, 2 ** 53, 2 ** 64])(
  'refuses a lock whose last number, %d, has no successor',
  async (number) => {
    const claims = await leftBy(someone);
    const [entry = ''] = claims.numbered.values();
    claims.numbered.set(number, entry);
    const refused = { problems: [{ code: 'ERP-0212', exit: 3 }] };
    await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject(refused);
    await expect(takeLock(partsOf(claims, other), true)).rejects.toMatchObject(refused);
  },
);

it('takes over from an ended holder', async () => {
  const claims = await leftBy(someone);
  const lock = await takeLock(partsOf(claims, other));
  await lock.assertHeld();
  expect(claims.numbered.size).toBe(1);
});

it('distinguishes a process with the same PID from the holder by its start time', async () => {
  const claims = await leftBy(someone);
  const namesake = { ...someone, started: '9000' };
  await (await takeLock(partsOf(claims, namesake))).assertHeld();
});

it('treats every holder of an earlier boot as ended', async () => {
  const claims = await leftBy(someone);
  const afterReboot = { ...someone, boot: 'boot-2' };
  await (await takeLock(partsOf(claims, afterReboot))).assertHeld();
});

it('does not take over from a holder on another machine, because nothing is known about it', async () => {
  const claims = await leftBy({ ...someone, host: 'desktop', boot: 'boot-2' });
  await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject({ problems: [{ exit: 6 }] });
});

it('refuses a lock whose invisible holder listens, and suggests no PID to signal', async () => {
  const claims = await takenBy(elsewhere);
  const refused = takeLock(partsOf(claims, other));
  await expect(refused).rejects.toMatchObject({ problems: [{ code: 'ERP-0210', exit: 6 }] });
  await expect(refused).rejects.not.toMatchObject({
    problems: [
      {
        todo: expect.arrayContaining([
          expect.objectContaining({ command: expect.arrayContaining(['kill']) }),
        ]),
      },
    ],
  });
});

it('takes over from an invisible holder whose socket refuses connections', async () => {
  const claims = await leftBy(elsewhere);
  await (await takeLock(partsOf(claims, other))).assertHeld();
  expect(claims.listening.size).toBe(1);
});

it('counts an invisible holder as alive if its socket is missing, until the lock is taken by force', async () => {
  const claims = await leftBy(elsewhere);
  claims.listening.clear();
  await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject({ problems: [{ exit: 6 }] });
  await (await takeLock(partsOf(claims, other), true)).assertHeld();
});

it('concludes nothing from a refusing socket of another machine', async () => {
  const claims = await leftBy({ ...elsewhere, host: 'desktop', boot: 'boot-2' });
  await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject({ problems: [{ exit: 6 }] });
});

it('works without a socket if the file system does not support sockets', async () => {
  const claims = new MemoryClaims();
  const folder = claims.as();
  const parts = { ...partsOf(claims, someone), folder };
  await takeLock({
    ...parts,
    folder: { ...folder, sockets: { ...folder.sockets, listen: async () => null } },
  });
  await expect(takeLock(partsOf(claims, other, [someone]))).rejects.toMatchObject({
    problems: [{ exit: 6 }],
  });
  await (await takeLock(partsOf(claims, other))).assertHeld();
});

it('leaves no socket behind after it was released or refused', async () => {
  const claims = await takenBy(someone);
  await expect(takeLock(partsOf(claims, other, [someone]))).rejects.toThrow('ERP-0210');
  expect(claims.listening.size).toBe(1);
  const lock = await takeLock(partsOf(claims, other), true);
  await lock.release();
  expect([...claims.listening]).toEqual([]);
});

it('takes over from a running holder by force, and the former holder changes nothing more', async () => {
  const claims = new MemoryClaims();
  const former = await takeLock(partsOf(claims, someone));
  const present = await takeLock(partsOf(claims, other, [someone]), true);
  await expect(former.assertHeld()).rejects.toMatchObject({ problems: [{ code: 'ERP-0211', exit: 6 }] });
  await present.assertHeld();
});

it('stays with the process that took it over when the former holder releases it', async () => {
  const claims = new MemoryClaims();
  const former = await takeLock(partsOf(claims, someone));
  const present = await takeLock(partsOf(claims, other, [someone]), true);
  await former.release();
  await present.assertHeld();
  expect(await lockHolder(partsOf(claims, other))).toMatchObject({ holder: { pid: 200 } });
});

it('is not given to a process that slept and claims a lower number', async () => {
  const claims = await leftBy(someone);
  const slept = claims.as();
  const before = await slept.entries();
  const present = await takeLock(partsOf(claims, other));
  const folder = { ...slept, entries: once(before, slept.entries) };
  const late = { ...partsOf(claims, { ...other, pid: 300 }, [other]), folder };
  await expect(takeLock(late)).rejects.toMatchObject({ problems: [{ code: 'ERP-0210' }] });
  await present.assertHeld();
});

/** A folder that returns outdated entries at the first read, as for a process that slept, and the actual ones later. */
function once<Answer>(first: Answer, then: () => Promise<Answer>): () => Promise<Answer> {
  let asked = false;
  return () => {
    if (asked) return then();
    asked = true;
    return Promise.resolve(first);
  };
}
