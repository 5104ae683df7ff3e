import type { Socket } from 'node:net';
import { z } from 'zod';

/** A fault for the next matching calls. The first matching fault of the list is used, and counted down. */
export const faultSchema = z.object({
  method: z.string().optional(),
  /** A regular expression for the path under /client/v4. */
  path: z.string().default(''),
  /** Number of affected calls. */
  times: z.number().default(1),
  /** Status of an answer without any effect. */
  status: z.number().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  /** Cuts the connection before or after the effect of the call. */
  cut: z.enum(['before', 'after']).optional(),
  /** Changes the configuration of all tunnels right before the call, as another user would. */
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

/** Resets the connection without an answer. */
export function cut(socket: Socket): void {
  socket.resetAndDestroy();
}
