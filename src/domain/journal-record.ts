import * as z from 'zod/mini';
import { subjectSchema } from './change-subject.ts';
import { evidenceSchema, openItemSchema } from './evidence.ts';
import { undoSchema } from './undo.ts';

/** Version of the journal's lines. A newer one is refused and left unchanged. */
export const journalVersion = 2;

const base = { v: z.literal(journalVersion), at: z.iso.datetime() };

/** A step that was verified, with its evidence and the checklist items left. */
const verifiedSchema = z.object({
  ...base,
  type: z.literal('verified'),
  step: z.string(),
  summary: z.string(),
  evidence: z.readonly(z.array(evidenceSchema)),
  open: z.readonly(z.array(openItemSchema)),
  /** The production target that the evidence is about. Left out if it is about none, and by earlier versions. */
  production: z.exactOptional(z.string()),
});

const engineSchema = z.enum(['embedded', 'docker']);
const stepsSchema = z.readonly(z.array(z.string()));

const writtenSchema = z.object({ path: z.string(), sha256: z.string() });

export const recordSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('rollout'),
    rollout: z.string(),
    program: z.string(),
    engine: engineSchema,
    by: z.string(),
    /** The selected steps. Earlier versions leave them out: then any successful run finishes the rollout. */
    steps: z.exactOptional(stepsSchema),
    /** The production target. Left out if none is configured, and by earlier versions. */
    production: z.exactOptional(z.string()),
    /** The commit of the workspace's repository. Left out without one, and by earlier versions. */
    commit: z.exactOptional(z.string()),
    /** The reason for changing production without a local test. Left out otherwise, and by earlier versions. */
    withoutLocalTest: z.exactOptional(z.string()),
    /** Identifies the folder of the journal. Left out by earlier versions. */
    folder: z.exactOptional(z.string()),
  }),
  z.object({
    ...base,
    type: z.literal('resumed'),
    by: z.string(),
    /** May differ from the rollout's if the operator selected it. Left out by earlier versions. */
    engine: z.exactOptional(engineSchema),
    /** The steps selected now, in addition to those of the rollout. */
    steps: z.exactOptional(stepsSchema),
    production: z.exactOptional(z.string()),
    commit: z.exactOptional(z.string()),
    withoutLocalTest: z.exactOptional(z.string()),
    folder: z.exactOptional(z.string()),
  }),
  z.object({
    ...base,
    type: z.literal('confirmed'),
    changes: z.readonly(
      z.array(z.object({ step: z.nullable(z.string()), scope: z.string(), digest: z.nullable(z.string()) })),
    ),
    consents: z.readonly(z.array(z.string())),
  }),
  z.object({
    ...base,
    type: z.literal('intended'),
    step: z.string(),
    scope: z.string(),
    /** What the scope names. Of a journal of an earlier version, it is read from the scope. */
    subject: z.exactOptional(subjectSchema),
    /** Path of the backup of the file to be replaced, relative to the workspace. */
    backup: z.optional(z.string()),
    /** The file after the change. Never of a file that may hold secrets. */
    written: z.optional(writtenSchema),
    undo: z.optional(undoSchema),
    /** Digest of a request. */
    digest: z.optional(z.string()),
  }),
  z.object({
    ...base,
    type: z.literal('applied'),
    step: z.string(),
    scope: z.string(),
    subject: z.exactOptional(subjectSchema),
    /** The file after the change. Never of a file that may hold secrets. */
    written: z.optional(writtenSchema),
    digest: z.optional(z.string()),
  }),
  /** A request that the server refused without changing anything. */
  z.object({ ...base, type: z.literal('refused'), step: z.string(), scope: z.string() }),
  verifiedSchema,
  z.object({
    ...base,
    type: z.literal('skipped'),
    step: z.string(),
    reason: z.string(),
    /** The flag that skipped it; then the reason is erp-deploy's. Left out if the operator gave the reason. */
    flag: z.exactOptional(z.literal('--skip')),
  }),
  /** The notes that the operator entered for a step; may be empty. */
  z.object({ ...base, type: z.literal('answered'), step: z.string(), text: z.string() }),
  z.object({
    ...base,
    type: z.literal('failed'),
    step: z.string(),
    code: z.string(),
    what: z.string(),
    /** The problem's exit code. Left out by earlier versions. */
    exit: z.exactOptional(z.int()),
    /** Evidence collected before the failure; it verifies no checklist item. */
    evidence: z.exactOptional(z.readonly(z.array(evidenceSchema))),
  }),
  z.object({ ...base, type: z.literal('interrupted'), step: z.nullable(z.string()), by: z.string() }),
  z.object({ ...base, type: z.literal('finished'), exit: z.int() }),
  /** A rollback starts or resumes. */
  z.object({ ...base, type: z.literal('rollback'), rollout: z.string(), by: z.string() }),
  z.object({ ...base, type: z.literal('undone'), rollout: z.string() }),
]);

export type JournalRecord = z.infer<typeof recordSchema>;
export type RecordOf<Type extends JournalRecord['type']> = Extract<JournalRecord, { type: Type }>;
export type Verified = z.infer<typeof verifiedSchema>;

type Undated<Record> = Record extends JournalRecord ? Omit<Record, 'v' | 'at'> : never;
/** A record before the journal has put the version and the time on it. */
export type Entry = Undated<JournalRecord>;
