import type { EventEmitter } from 'node:events';
import { exitCodes } from '../../domain/problem.ts';
import { Interrupted, OutputLost } from '../../engine/interrupted.ts';

/**
 * Milliseconds within which two signals count as one. A terminal signals every process in the foreground, so a parent
 * that forwards signals delivers the same Ctrl-C a second time.
 */
const sameSignal = 250;

/** Returns whether the parent forwards signals: `bin/erp-deploy.js` (it has an IPC channel to us) and npm do. */
function isForwarded({ connected, env }: SignalledProcess): boolean {
  return connected === true || env.npm_command !== undefined;
}

/** The parts of the process that signals arrive at. */
export type SignalledProcess = EventEmitter &
  Pick<NodeJS.Process, 'connected' | 'disconnect' | 'env'> & {
    readonly stdout: EventEmitter;
    readonly stderr: EventEmitter;
  };

/**
 * Listens for signals. The first stops the run safely; a second ends the process at once, which the journal allows at
 * any point. If an older Node started this process, the end of its IPC channel means that it was killed.
 * @param forwarded whether the parent forwards signals to this process
 */
export function stopOnSignals(
  process: SignalledProcess,
  exit: (code: number) => void,
  forwarded: boolean = isForwarded(process),
): {
  readonly signal: AbortSignal;
  /** Returns the first write error of stdout or stderr; null if there was none. */
  outputLost(): OutputLost | null;
  /** Stops the run because its terminal was closed. */
  terminalClosed(): void;
  dispose(): void;
} {
  const controller = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const stop = (by: Interrupted['by']) => {
    const now = performance.now();
    if (forwarded && now - last < sameSignal) return;
    last = now;
    if (controller.signal.aborted) exit(by === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    else controller.abort(new Interrupted(by));
  };
  // Closing a terminal causes SIGHUP and an error for each line; together they count as one signal.
  const stopOnce = (reason: Interrupted) => {
    if (!controller.signal.aborted) controller.abort(reason);
  };
  const parentGone = () => stopOnce(new Interrupted('SIGHUP'));
  let outputLost: OutputLost | null = null;
  const writeFailed = (error: Error) => {
    const errno = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
    // A later write to a stream that has failed.
    if (errno === 'ERR_STREAM_DESTROYED' || errno === 'ERR_STREAM_WRITE_AFTER_END') return;
    // EIO: the terminal was closed (tty_ioctl(4)), also if SIGHUP is ignored, as under nohup.
    if (errno === 'EIO') return parentGone();
    outputLost ??= new OutputLost(errno);
    stopOnce(outputLost);
  };
  for (const one of signals) process.on(one, stop);
  process.on('SIGHUP', parentGone);
  process.on('disconnect', parentGone);
  process.stdout.on('error', writeFailed);
  process.stderr.on('error', writeFailed);
  return {
    signal: controller.signal,
    outputLost: () => outputLost,
    terminalClosed: parentGone,
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
