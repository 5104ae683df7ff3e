import type { Socket } from 'node:net';
import { z } from 'zod';

/** What goes wrong with the next calls that fit: the first of the list that fits is used, and used up. */
export const faultSchema = z.object({
  method: z.string().optional(),
  /** A regular expression for the path below /client/v4. */
  path: z.string().default(''),
  /** How many calls. */
  times: z.number().default(1),
  /** Answer this, and do nothing. */
  status: z.number().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  /** Cut the connection, before or after it is done. */
  cut: z.enum(['before', 'after']).optional(),
  /** Another user changes the configuration of all tunnels right before. */
  change: z.boolean().optional(),
});
type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  plan(fault: Fault): void;
  clear(): void;
  take(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  let planned: Fault[] = [];
  return {
    plan: (fault) => planned.push(fault),
    clear: () => {
      planned = [];
    },
    take: (method, path) => {
      const fault = planned.find(
        (one) => (one.method ?? method) === method && new RegExp(one.path).test(path),
      );
      if (fault === undefined) return undefined;
      fault.times -= 1;
      if (fault.times <= 0) planned = planned.filter((one) => one !== fault);
      return fault;
    },
  };
}

/** So that the other side sees a reset, and no answer. */
export function cut(socket: Socket): void {
  socket.resetAndDestroy();
}
