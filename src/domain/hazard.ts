import * as z from 'zod';
import { lockModes } from './lock-mode.ts';

const blockerSchema = z.object({
  /** Process id on the server; null for a prepared transaction, which has no process. */
  pid: z.int().nullable(),
  /** Its `application_name`; empty if it has none. */
  application: z.string(),
  /** As in `pg_stat_activity`, such as `idle in transaction`; empty if this role may not see it. */
  state: z.string(),
  /** Since its transaction began; null if this role may not see it. */
  seconds: z.number().nullable(),
  /** The relation that it holds a conflicting lock on. */
  object: z.string(),
});

/** A session that holds a lock which a statement would have to wait for. Its query is left out: it can quote values. */
export type Blocker = z.infer<typeof blockerSchema>;

/** Something that a migration does to a database that contains rows, and that others would notice. */
export const hazardSchema = z.object({
  /** Name of the rule; docs/reference/hazards.md describes each. */
  rule: z.string(),
  what: z.string(),
  /** Line of the statement in the file, from 1. */
  line: z.int(),
  /** What the statement does under its lock: stores every row anew, reads every row, or neither. */
  work: z.enum(['rewrite', 'scan', 'none']),
  losesData: z.boolean(),
  why: z.string(),
  /** What to write instead. */
  safe: z.string(),
  objects: z
    .array(
      z.object({
        name: z.string(),
        lock: z.enum(lockModes).nullable(),
        /** Estimate of the catalog (`reltuples`); null if it was never analyzed, or is not a table. */
        rows: z.number().nullable(),
        /** Estimate, with its indexes; null for what is no table. */
        bytes: z.number().nullable(),
      }),
    )
    .readonly(),
  /** Sessions that hold a conflicting lock right now. */
  blockers: z.array(blockerSchema).readonly(),
  /** Of a rewrite: bytes that it needs (2 × table and WAL), and that are free; null if that is not known. */
  disk: z.object({ needed: z.number(), free: z.number().nullable() }).optional(),
});

export type Hazard = z.infer<typeof hazardSchema>;
