import type { EventEmitter } from 'node:events';
import { exitCodes } from '../../domain/problem.ts';
import { Interrupted } from '../../engine/interrupted.ts';

/**
 * Milliseconds within which a signal that comes by two ways is one: a terminal tells all of its foreground, and
 * whoever started us and passes signals on tells us again.
 */
const oneSignal = 250;

/** The start under a newer Node (it has a channel to us), and npm's own. */
function isPassedOn({ connected, env }: SignalledProcess): boolean {
  return connected === true || env.npm_command !== undefined;
}

/** Of the process, what its signals are taken from. */
export type SignalledProcess = EventEmitter &
  Pick<NodeJS.Process, 'connected' | 'disconnect' | 'env'> & {
    readonly stdout: EventEmitter;
    readonly stderr: EventEmitter;
  };

/**
 * The first signal stops the run safely; a second ends the process at once, as the journal allows anywhere.
 * Under `bin/erp-deploy.js` of an older Node, the end of its channel means that it is gone.
 * @param passedOn whether somebody passes signals on to this process
 */
export function stopOnSignals(
  process: SignalledProcess,
  exit: (code: number) => void,
  passedOn: boolean = isPassedOn(process),
): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const stop = (by: Interrupted['by']) => {
    const now = performance.now();
    if (passedOn && now - last < oneSignal) return;
    last = now;
    if (controller.signal.aborted) exit(by === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    else controller.abort(new Interrupted(by));
  };
  // A terminal that is closed tells it in several ways, each line that nobody reads among them: it asks once.
  const parentGone = () => {
    if (!controller.signal.aborted) controller.abort(new Interrupted('SIGHUP'));
  };
  // Whoever read our words is gone (EPIPE): like a terminal that was closed.
  const readerGone = (error: Error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
    parentGone();
  };
  for (const one of signals) process.on(one, stop);
  process.on('SIGHUP', parentGone);
  process.on('disconnect', parentGone);
  process.stdout.on('error', readerGone);
  process.stderr.on('error', readerGone);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const one of signals) process.removeListener(one, stop);
      process.removeListener('SIGHUP', parentGone);
      process.removeListener('disconnect', parentGone);
      // An open channel would keep the process alive.
      if (process.connected === true) process.disconnect?.();
    },
  };
}

const signals = ['SIGINT', 'SIGTERM'] as const;
