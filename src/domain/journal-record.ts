import * as z from 'zod/mini';
import { subjectSchema } from './change-subject.ts';
import { evidenceSchema, openItemSchema } from './evidence.ts';
import { undoSchema } from './undo.ts';

/** Version of the journal's lines. A newer one is refused and left unchanged. */
export const journalVersion = 2;

// Shared, because creating schemas takes a part of every start.
const text = z.string();
const optionalText = z.exactOptional(text);

const base = { v: z.literal(journalVersion), at: z.iso.datetime() };

/** A step that was verified, with its evidence and the checklist items left. */
const verifiedSchema = z.object({
  ...base,
  type: z.literal('verified'),
  step: text,
  summary: text,
  evidence: z.readonly(z.array(evidenceSchema)),
  open: z.readonly(z.array(openItemSchema)),
  /** The production target that the evidence is about. Left out if it is about none, and by earlier versions. */
  production: optionalText,
});

const engineSchema = z.enum(['embedded', 'docker']);
const stepsSchema = z.readonly(z.array(text));

const writtenSchema = z.object({ path: text, sha256: text });

export const recordSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('rollout'),
    rollout: text,
    program: text,
    engine: engineSchema,
    by: text,
    /** The selected steps. Earlier versions leave them out: then any successful run finishes the rollout. */
    steps: z.exactOptional(stepsSchema),
    /** The production target. Left out if none is configured, and by earlier versions. */
    production: optionalText,
    /** The commit of the workspace's repository. Left out without one, and by earlier versions. */
    commit: optionalText,
    /** The reason for changing production without a local test. Left out otherwise, and by earlier versions. */
    withoutLocalTest: optionalText,
    /** Identifies the folder of the journal. Left out by earlier versions. */
    folder: optionalText,
  }),
  z.object({
    ...base,
    type: z.literal('resumed'),
    by: text,
    /** May differ from the rollout's if the operator selected it. Left out by earlier versions. */
    engine: z.exactOptional(engineSchema),
    /** The steps selected now, in addition to those of the rollout. */
    steps: z.exactOptional(stepsSchema),
    production: optionalText,
    commit: optionalText,
    withoutLocalTest: optionalText,
    folder: optionalText,
  }),
  z.object({
    ...base,
    type: z.literal('confirmed'),
    changes: z.readonly(z.array(z.object({ step: z.nullable(text), scope: text, digest: z.nullable(text) }))),
    consents: z.readonly(z.array(text)),
  }),
  z.object({
    ...base,
    type: z.literal('intended'),
    step: text,
    scope: text,
    /** What the scope names. Of a journal of an earlier version, it is read from the scope. */
    subject: z.exactOptional(subjectSchema),
    /** Path of the backup of the file to be replaced, relative to the workspace. */
    backup: z.optional(text),
    /** The file after the change. Never of a file that may hold secrets. */
    written: z.optional(writtenSchema),
    undo: z.optional(undoSchema),
    /** Digest of a request. */
    digest: z.optional(text),
  }),
  z.object({
    ...base,
    type: z.literal('applied'),
    step: text,
    scope: text,
    subject: z.exactOptional(subjectSchema),
    /** The file after the change. Never of a file that may hold secrets. */
    written: z.optional(writtenSchema),
    digest: z.optional(text),
  }),
  /** A request that the server refused without changing anything. */
  z.object({ ...base, type: z.literal('refused'), step: text, scope: text }),
  verifiedSchema,
  z.object({
    ...base,
    type: z.literal('skipped'),
    step: text,
    reason: text,
    /** The flag that skipped it; then the reason is erp-deploy's. Left out if the operator gave the reason. */
    flag: z.exactOptional(z.literal('--skip')),
  }),
  /** The notes that the operator entered for a step; may be empty. */
  z.object({ ...base, type: z.literal('answered'), step: text, text: text }),
  z.object({
    ...base,
    type: z.literal('failed'),
    step: text,
    code: text,
    what: text,
    /** The problem's exit code. Left out by earlier versions. */
    exit: z.exactOptional(z.int()),
    /** Evidence collected before the failure; it verifies no checklist item. */
    evidence: z.exactOptional(z.readonly(z.array(evidenceSchema))),
  }),
  z.object({ ...base, type: z.literal('interrupted'), step: z.nullable(text), by: text }),
  z.object({ ...base, type: z.literal('finished'), exit: z.int() }),
  /** A rollback starts or resumes. */
  z.object({ ...base, type: z.literal('rollback'), rollout: text, by: text }),
  z.object({ ...base, type: z.literal('undone'), rollout: text }),
]);

export type JournalRecord = z.infer<typeof recordSchema>;
export type RecordOf<Type extends JournalRecord['type']> = Extract<JournalRecord, { type: Type }>;
export type Verified = z.infer<typeof verifiedSchema>;

type Undated<Record> = Record extends JournalRecord ? Omit<Record, 'v' | 'at'> : never;
/** A record before the journal has put the version and the time on it. */
export type Entry = Undated<JournalRecord>;
