import type { Input } from '../domain/ports.ts';

/**
 * Leaves the keys to whoever has the terminal now. Ink takes its listener away, and Node would read on all
 * the same: a key for the pager would be lost there, and be an answer here afterwards.
 */
export function stopReading(stdin: Input): void {
  // At this event, and at no other call while somebody listens for 'readable', Node lets go of the file.
  stdin.emit('pause');
}

/** Reads keys again; what was read in between was meant for somebody else. */
export function readAgain(stdin: Input): void {
  while (stdin.read() !== null);
  // The stream believes that a reading is under way, so nothing less starts it.
  stdin._read?.(0);
}
