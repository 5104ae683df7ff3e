import { exitCodes } from '../domain/problem.ts';

/** The signals that a shell reports with these exit codes. */
const signals: ReadonlyMap<unknown, NodeJS.Signals> = new Map([
  [exitCodes.interrupted, 'SIGINT'],
  [exitCodes.terminated, 'SIGTERM'],
]);

/**
 * Has the process end without waiting for the lookup of a name, for which exit(3) would wait as long as no name server
 * answers: libuv joins its threads. The signal itself then ends the process, which a shell reports with the same exit code.
 * Call it right before `process.exit`, so that its listener is the last one: others restore the terminal.
 * @param code what the process is to end with; only the codes of a signal are handled
 */
export function leavePendingLookup(code: unknown): void {
  const signal = signals.get(code);
  if (signal === undefined) return;
  process.on('exit', () => {
    if (!process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
