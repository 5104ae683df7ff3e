/**
 * A clock that ticks by what happens, not by time: what is pictured is the same at every taking. To be
 * imported before anything that looks at a clock.
 */
const began = Date.parse('2026-11-22T21:04:00.000Z');
/** Milliseconds that whatever is shown or written down takes. */
const tick = 8;

let now = began;

Date.now = () => now;
performance.now = () => now - began;

/** The time, which has gone on since it was asked for last. */
export function tickingClock(): string {
  now += tick;
  return new Date(now).toISOString();
}
