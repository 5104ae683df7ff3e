import { exitCodes, type Problem } from '../domain/problem.ts';

const words = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** @param what what is to come there, in words */
export function noDisk(
  name: string,
  { free, mount }: { readonly free: number; readonly mount: string },
  wanted: number,
  what: string,
): Problem {
  return {
    code: 'ERP-0611',
    what: `The disk at ${mount} on ${name} has ${words(free)} free.`,
    why: `${words(wanted)} are wanted there, for ${what}. Nothing was changed.`,
    todo: [
      `See what takes it, on ${name}: df -h ${mount} and docker system df`,
      'Make room, or give it a larger disk; then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}

export function noMemory(
  name: string,
  { free, total }: { readonly free: number; readonly total: number },
  wanted: number,
): Problem {
  return {
    code: 'ERP-0612',
    what: `${name} has ${words(free)} of memory free, of ${words(total)}.`,
    why: `The containers that do not run yet may take ${words(wanted)} (their limits), and the kernel would end something for it. Swap that is free was counted. Nothing was changed.`,
    todo: [
      `See what takes it, on ${name}: free -m and docker stats --no-stream`,
      'End something, add swap, or give it more memory; then start again.',
    ],
    exit: exitCodes.prerequisite,
  };
}
