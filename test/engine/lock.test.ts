import { expect, it } from 'vitest';
import type { ProcessIdentity } from '../../src/domain/ports/process-table.ts';
import { lockHolder, takeLock } from '../../src/engine/lock.ts';
import { MemoryClaims, processesOf, someone } from '../support/disk/memory-claims.ts';

const other: ProcessIdentity = { ...someone, pid: 200, started: '6000' };
const clock = () => '2026-11-22T21:04:00.000Z';

/** One process's way to the lock; `running` are the others that it sees running. */
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

it('is free at first, held once taken, and free again once released', async () => {
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

it('refuses a second process while the first runs, and says who holds it', async () => {
  const claims = await takenBy(someone);
  await expect(takeLock(partsOf(claims, other, [someone]))).rejects.toMatchObject({
    problems: [
      { code: 'ERP-0210', exit: 6, what: expect.stringContaining('process 100 of david on laptop') },
    ],
  });
});

it.each([2 ** 53 - 1, 2 ** 53, 2 ** 64])(
  'refuses a lock whose last number, %d, no number follows',
  async (number) => {
    const claims = await leftBy(someone);
    const [entry = ''] = claims.numbered.values();
    claims.numbered.set(number, entry);
    const refused = { problems: [{ code: 'ERP-0212', exit: 3 }] };
    await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject(refused);
    await expect(takeLock(partsOf(claims, other), true)).rejects.toMatchObject(refused);
  },
);

it('takes over from a holder that is gone', async () => {
  const claims = await leftBy(someone);
  const lock = await takeLock(partsOf(claims, other));
  await lock.assertHeld();
  expect(claims.numbered.size).toBe(1);
});

it('knows a process that got the same number from the one that held the lock, by its start', async () => {
  const claims = await leftBy(someone);
  const namesake = { ...someone, started: '9000' };
  await (await takeLock(partsOf(claims, namesake))).assertHeld();
});

it('knows that a reboot ended every holder, by the boot', async () => {
  const claims = await leftBy(someone);
  const afterReboot = { ...someone, boot: 'boot-2' };
  await (await takeLock(partsOf(claims, afterReboot))).assertHeld();
});

it('takes nothing from a holder on another machine, of which nothing is known', async () => {
  const claims = await leftBy({ ...someone, host: 'desktop', boot: 'boot-2' });
  await expect(takeLock(partsOf(claims, other))).rejects.toMatchObject({ problems: [{ exit: 6 }] });
});

it('refuses a lock whose holder is invisible and listens, with no number to signal', async () => {
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

it('takes over from an invisible holder whose socket refuses', async () => {
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

it('works without a socket where the file system has none', async () => {
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

it('leaves no socket behind once it is released, or was not won', async () => {
  const claims = await takenBy(someone);
  await expect(takeLock(partsOf(claims, other, [someone]))).rejects.toThrow('ERP-0210');
  expect(claims.listening.size).toBe(1);
  const lock = await takeLock(partsOf(claims, other), true);
  await lock.release();
  expect([...claims.listening]).toEqual([]);
});

it('takes it from a running holder where forced, and the former holder changes nothing more', async () => {
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

it('is not won with a lower number by a claimant that slept', async () => {
  const claims = await leftBy(someone);
  const slept = claims.as();
  const before = await slept.entries();
  const present = await takeLock(partsOf(claims, other));
  const folder = { ...slept, entries: once(before, slept.entries) };
  const late = { ...partsOf(claims, { ...other, pid: 300 }, [other]), folder };
  await expect(takeLock(late)).rejects.toMatchObject({ problems: [{ code: 'ERP-0210' }] });
  await present.assertHeld();
});

/** Answers what was seen before sleeping, and the truth from then on. */
function once<Answer>(first: Answer, then: () => Promise<Answer>): () => Promise<Answer> {
  let asked = false;
  return () => {
    if (asked) return then();
    asked = true;
    return Promise.resolve(first);
  };
}
