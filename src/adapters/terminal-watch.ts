import { closeSync, openSync } from 'node:fs';

/** Milliseconds between two checks. */
const pace = 500;

/**
 * Calls `closed` once the controlling terminal is gone. The kernel sends SIGHUP to the leader of the session only (for
 * example a shell with a trap for it), and a program that writes nothing gets no EIO. Does nothing without a
 * controlling terminal. Source: tty(4), and `__tty_hangup` in drivers/tty/tty_io.c of Linux
 */
export function watchTerminal(closed: () => void): void {
  if (!hasTerminal()) return;
  const timer = setInterval(() => {
    if (hasTerminal()) return;
    clearInterval(timer);
    closed();
  }, pace);
  timer.unref();
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    // ENXIO or EIO; ENOENT in a container without /dev/tty
    return false;
  }
}
