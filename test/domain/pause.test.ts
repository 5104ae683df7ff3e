import { expect, test } from 'vitest';
import { pause } from '../../src/domain/pause.ts';

test.each(['before', 'meanwhile'])('a pause that is ended %s throws the reason itself', async (when) => {
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  if (when === 'before') controller.abort(reason);
  const paused = pause(600_000, controller.signal);
  controller.abort(reason);
  await expect(paused).rejects.toBe(reason);
});

test('a pause that nothing ends takes its time, and leaves nothing with the signal', async () => {
  const { signal } = new AbortController();
  const since = performance.now();
  await pause(20, signal);
  // A timer's clock counts whole milliseconds.
  expect(performance.now() - since).toBeGreaterThan(18);
});
