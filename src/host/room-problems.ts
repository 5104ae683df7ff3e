import { shownDocker } from '../argv/shown-docker.ts';
import { commandOn } from '../domain/command-text.ts';
import type { Host } from '../domain/ports/host.ts';
import { exitCodes, type Problem } from '../domain/problem.ts';

type NamedHost = Pick<Host, 'id' | 'name'>;

const size = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** @param purpose what needs the space, as text */
export function noDisk(
  host: NamedHost,
  { free, mount }: { readonly free: number; readonly mount: string },
  needed: number,
  purpose: string,
): Problem {
  return {
    code: 'ERP-0611',
    what: `The disk at ${mount} on ${host.name} has ${size(free)} free.`,
    why: `${size(needed)} are needed for ${purpose}. Nothing was changed.`,
    todo: [
      { text: 'Show what uses the space', command: commandOn(host, ['df', '-h', mount]) },
      { text: 'Show what Docker uses', command: commandOn(host, shownDocker.diskUsage()) },
      { text: 'Free some space, or enlarge the disk; then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noMemory(
  host: NamedHost,
  { free, total }: { readonly free: number; readonly total: number },
  needed: number,
): Problem {
  return {
    code: 'ERP-0612',
    what: `${host.name} has ${size(free)} of memory free, of ${size(total)}.`,
    why: `The containers that do not run yet need up to ${size(needed)} (their limits); without it, the kernel would kill a process. Free swap is included. Nothing was changed.`,
    todo: [
      { text: 'Show how much memory is used', command: commandOn(host, ['free', '-m']) },
      { text: 'Show what the containers use', command: commandOn(host, shownDocker.stats()) },
      { text: 'Stop a program, add swap or add memory; then run again.' },
    ],
    exit: exitCodes.prerequisite,
  };
}
