import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ProblemError } from '../../src/domain/problem.ts';
import { type Lock, takeLock } from '../../src/engine/lock.ts';
import { MemoryClaims, processesOf, someone } from '../support/disk/memory-claims.ts';

const clock = () => '2026-11-22T21:04:00.000Z';
/** The last process is in its own PID namespace: the others recognize it only by its socket. */
const claimants = [1, 2, 3].map((pid) => ({
  ...someone,
  pid,
  pidNamespace: pid === 3 ? 'pid:[3]' : 'pid:[1]',
}));

/** Takes the lock, or returns null if another process holds it. */
async function tryLock(claims: MemoryClaims, index: number, turn: () => Promise<void>): Promise<Lock | null> {
  const self = claimants[index] ?? someone;
  try {
    const processes = processesOf(self, claimants);
    return await takeLock({ folder: claims.as(turn), processes, clock, command: 'erp-deploy run' });
  } catch (error) {
    if (error instanceof ProblemError && error.problems[0].exit === 6) return null;
    throw error;
  }
}

/** The lock of an ended process, which every process may take over. */
async function staleLock(): Promise<MemoryClaims> {
  const claims = new MemoryClaims();
  const gone = { ...someone, pid: 99 };
  await takeLock({ folder: claims.as(), processes: processesOf(gone), clock, command: 'erp-deploy run' });
  claims.killAll();
  return claims;
}

it.each([
  ['of an ended holder', staleLock],
  ['that was never taken', async () => new MemoryClaims()],
])('gives a lock %s to only one process, in any interleaving of their steps', async (_, lockBefore) => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const claims = await lockBefore();
      const turn = () => scheduler.schedule(Promise.resolve());
      const taking = Promise.all(claimants.map((_one, index) => tryLock(claims, index, turn)));
      await scheduler.waitFor(taking);
      const winners = (await taking).filter((lock) => lock !== null);
      expect(winners).toHaveLength(1);
    }),
    { numRuns: 500 },
  );
});

it('is held by one process at a time while several take it, work, release it and take it again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (scheduler, rounds) => {
      const claims = await staleLock();
      const turn = () => scheduler.schedule(Promise.resolve());
      const inside = new Set<number>();
      const live = async (index: number) => {
        for (let round = 0; round < rounds; round++) {
          const lock = await tryLock(claims, index, turn);
          if (lock === null) continue;
          inside.add(index);
          expect([...inside]).toEqual([index]);
          await lock.assertHeld();
          inside.delete(index);
          await lock.release();
        }
      };
      await scheduler.waitFor(Promise.all(claimants.map((_, index) => live(index))));
    }),
    { numRuns: 500 },
  );
});
