import { unixTime } from '../argv/host-facts.ts';
import type { Host } from '../domain/ports/host.ts';

/** Milliseconds that two clocks may differ before the difference is reported. */
const tolerance = 5_000;

/**
 * Returns how many milliseconds a host's clock is ahead of this machine's, negative if it is behind, to about a
 * second. 0 for this machine itself, and for a host whose time cannot be read.
 */
export async function clockAhead(host: Host, signal: AbortSignal): Promise<number> {
  if (host.id === 'here') return 0;
  const { exitCode, stdout } = await host.processes.run(unixTime, null, signal);
  if (exitCode !== 0 || !/^\d+$/.test(stdout.trim())) return 0;
  // Compared with the time of the answer, since the login before it may have taken any time.
  return Number(stdout.trim()) * 1000 - Date.now();
}

/** Returns a line about a clock that differs noticeably from this machine's; null if it does not. */
export function clockSkew({ name }: Pick<Host, 'name'>, ahead: number): string | null {
  if (Math.abs(ahead) < tolerance) return null;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return `the clock of ${name} is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's; tokens go by the clock of ${name}`;
}
