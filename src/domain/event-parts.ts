import * as z from 'zod';

/**
 * One thing that the operator can do: a sentence, and the command that does it, if there is one. Every view renders it
 * with `remedyLine`; the event stream has it as it is.
 */
export const remedySchema = z.object({
  text: z.string(),
  /**
   * The command as an argument list, for a shell in the folder of the operator. In an event it is complete: it has the
   * program as the operator calls it, and the flags that choose the workspace, the configuration, the engine and
   * production.
   */
  command: z.array(z.string()).readonly().optional(),
});

/** A difference that a check found between the expected and the actual state. */
export const findingSchema = z.object({
  what: z.string(),
  expected: z.string(),
  actual: z.string(),
  /** Lines that show the difference, such as a file's line with a caret. */
  excerpt: z.array(z.string()).readonly().optional(),
});

/** What was exchanged with a host. */
export const trafficSchema = z.object({
  /** Requests; those that are sent before any answer to an earlier one arrives count once. */
  requests: z.int(),
  /** The longest chain of requests, each of which was sent after the answer to the one before it. */
  chain: z.int(),
  /** Bytes, before encryption. */
  sent: z.int(),
  received: z.int(),
});
