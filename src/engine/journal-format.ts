import { z } from 'zod';
import type { BoxId } from '../domain/phase.ts';

/** Version of the journal's lines. A newer one is refused, and left as it is. */
export const journalVersion = 1;

const base = { v: z.literal(journalVersion), at: z.iso.datetime() };

const boxSchema = z.custom<BoxId>((value) => typeof value === 'string' && /^\d\.\d#\d+$/.test(value));

const evidenceSchema = z.object({
  box: boxSchema.exactOptional(),
  target: z.enum(['workspace', 'embedded', 'docker', 'production']),
  summary: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).exactOptional(),
});

const openSchema = z.object({ box: boxSchema, reason: z.string() });

/** What was seen of a step, with the boxes that it proves. */
const verifiedSchema = z.object({
  ...base,
  type: z.literal('verified'),
  step: z.string(),
  summary: z.string(),
  evidence: z.array(evidenceSchema).readonly(),
  open: z.array(openSchema).readonly(),
});

const writtenSchema = z.object({ path: z.string(), sha256: z.string() });

export const recordSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('rollout'),
    rollout: z.string(),
    program: z.string(),
    engine: z.enum(['embedded', 'docker']),
    by: z.string(),
  }),
  z.object({ ...base, type: z.literal('resumed'), by: z.string() }),
  z.object({
    ...base,
    type: z.literal('confirmed'),
    changes: z
      .array(z.object({ step: z.string().nullable(), scope: z.string(), digest: z.string().nullable() }))
      .readonly(),
    consents: z.array(z.string()).readonly(),
  }),
  z.object({
    ...base,
    type: z.literal('intended'),
    step: z.string(),
    scope: z.string(),
    /** Where the bytes that are about to be replaced were kept, relative to the workspace. */
    backup: z.string().optional(),
    /** The file as it will be left, as below. */
    written: writtenSchema.optional(),
  }),
  z.object({
    ...base,
    type: z.literal('applied'),
    step: z.string(),
    scope: z.string(),
    /** The file as it was left; never of a file that may hold secrets. */
    written: writtenSchema.optional(),
  }),
  verifiedSchema,
  z.object({ ...base, type: z.literal('skipped'), step: z.string(), reason: z.string() }),
  z.object({ ...base, type: z.literal('failed'), step: z.string(), code: z.string(), what: z.string() }),
  z.object({ ...base, type: z.literal('interrupted'), step: z.string().nullable(), by: z.string() }),
  z.object({ ...base, type: z.literal('finished'), exit: z.int() }),
]);

export type JournalRecord = z.infer<typeof recordSchema>;
export type Verified = z.infer<typeof verifiedSchema>;

type Undated<Record> = Record extends JournalRecord ? Omit<Record, 'v' | 'at'> : never;
/** A record before the journal has put the version and the time on it. */
export type Entry = Undated<JournalRecord>;
