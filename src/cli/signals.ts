import { exitCodes } from '../domain/problem.ts';
import { Interrupted } from '../engine/interrupted.ts';

/** Milliseconds within which a signal that comes by two ways is one: a terminal tells parent and child. */
const oneSignal = 250;

/**
 * The first signal stops the run safely; a second ends the process at once, as the journal allows anywhere.
 * Under `bin/erp-deploy.js` of an older Node, signals are also passed on by it, and the end of its channel
 * means that it is gone.
 */
export function stopOnSignals(exit: (code: number) => void): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const stop = (by: Interrupted['by']) => {
    const now = performance.now();
    if (now - last < oneSignal) return;
    last = now;
    if (controller.signal.aborted) exit(by === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    else controller.abort(new Interrupted(by));
  };
  const parentGone = () => stop('SIGHUP');
  // Whoever read our words is gone (EPIPE): like a terminal that was closed.
  const readerGone = (error: Error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    parentGone();
  };
  for (const one of signals) process.on(one, stop);
  process.on('disconnect', parentGone);
  process.stdout.on('error', readerGone);
  process.stderr.on('error', readerGone);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const one of signals) process.removeListener(one, stop);
      process.removeListener('disconnect', parentGone);
      // An open channel would keep the process alive.
      if (process.connected === true) process.disconnect();
    },
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
