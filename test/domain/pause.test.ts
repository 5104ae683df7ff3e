import { expect, test } from 'vitest';
import { pause } from '../../src/domain/pause.ts';

test.each(['before', 'meanwhile'])(
  'a pause that is aborted %s throws the reason of the signal',
  async (when) => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    if (when === 'before') controller.abort(reason);
    const paused = pause(600_000, controller.signal);
    controller.abort(reason);
    await expect(paused).rejects.toBe(reason);
  },
);

test('a pause that is not aborted takes its full time, and leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const since = performance.now();
  await pause(20, signal);
  // The clock of timers counts whole milliseconds.
  expect(performance.now() - since).toBeGreaterThan(18);
});
