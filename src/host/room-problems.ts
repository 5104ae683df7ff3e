import { exitCodes, type Problem } from '../domain/problem.ts';

const size = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** @param purpose what needs the space, as text */
export function noDisk(
  name: string,
  { free, mount }: { readonly free: number; readonly mount: string },
  needed: number,
  purpose: string,
): Problem {
  return {
    code: 'ERP-0611',
    what: `The disk at ${mount} on ${name} has ${size(free)} free.`,
    why: `${size(needed)} are needed for ${purpose}. Nothing was changed.`,
    todo: [
      `Show what uses the space, on ${name}: df -h ${mount} and docker system df`,
      'Free some space, or enlarge the disk; then run again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noMemory(
  name: string,
  { free, total }: { readonly free: number; readonly total: number },
  needed: number,
): Problem {
  return {
    code: 'ERP-0612',
    what: `${name} has ${size(free)} of memory free, of ${size(total)}.`,
    why: `The containers that do not run yet need up to ${size(needed)} (their limits); without it, the kernel would kill a process. Free swap is included. Nothing was changed.`,
    todo: [
      `Show what uses the memory, on ${name}: free -m and docker stats --no-stream`,
      'Stop a program, add swap or add memory; then run again.',
    ],
    exit: exitCodes.prerequisite,
  };
}
