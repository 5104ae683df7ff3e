import * as z from 'zod/mini';
import { subjectOfScope } from './subject-of-scope.ts';

const versioned = z.looseObject({ v: z.int() });
const boxed = z.looseObject({ box: z.optional(z.string()) });
const withItems = z.looseObject({
  evidence: z.optional(z.array(boxed)),
  open: z.optional(z.array(boxed)),
});
const onHost = z.looseObject({
  scope: z.optional(z.string()),
  changes: z.optional(z.array(z.looseObject({ scope: z.string() }))),
  written: z.optional(z.looseObject({ path: z.string() })),
  undo: z.optional(z.looseObject({ type: z.string(), host: z.optional(z.string()) })),
});

/** What versions without the field `flag` recorded for a step that `--skip` names. */
const skippedByFlag = z.looseObject({
  type: z.literal('skipped'),
  reason: z.literal('left out by --skip'),
  flag: z.optional(z.undefined()),
});

/**
 * Returns a record of any earlier version in the form of this version. Anything else is returned unchanged.
 *
 * Version 1 named a checklist item `box`, and the production host `droplet`: in `undo.host` (of a DNS record, that is a
 * hostname), in the scope of a change (`write:droplet:data/x`) and in the path of a written file (`droplet:data/x`).
 */
export function upgradedRecord(record: unknown): unknown {
  const skipped = skippedByFlag.safeParse(record);
  return withMigrations(
    withSubject(withNamesOfNow(skipped.success ? { ...skipped.data, flag: '--skip' } : record)),
  );
}

/** Earlier versions recorded what a change affects only in its scope. */
const scoped = z.looseObject({
  type: z.enum(['intended', 'applied']),
  scope: z.string(),
  subject: z.optional(z.undefined()),
});

function withSubject(record: unknown): unknown {
  const read = scoped.safeParse(record);
  const subject = read.success ? subjectOfScope(read.data.scope) : null;
  return read.success && subject !== null ? { ...read.data, subject } : record;
}

function withNamesOfNow(record: unknown): unknown {
  const read = versioned.safeParse(record);
  if (!read.success || read.data.v !== 1) return record;
  const items = withItems.safeParse(read.data);
  const hosts = onHost.safeParse(read.data);
  return {
    ...read.data,
    ...(items.success ? withItemNames(items.data) : {}),
    ...(hosts.success ? withHostNames(hosts.data) : {}),
    v: 2,
  };
}

function withItemNames({ evidence, open }: z.infer<typeof withItems>) {
  const renamed = ({ box, ...rest }: z.infer<typeof boxed>) =>
    box === undefined ? rest : { ...rest, item: box };
  return {
    ...(evidence === undefined ? {} : { evidence: evidence.map(renamed) }),
    ...(open === undefined ? {} : { open: open.map(renamed) }),
  };
}

function withHostNames({ scope, changes, written, undo }: z.infer<typeof onHost>) {
  return {
    ...(scope === undefined ? {} : { scope: scopeNow(scope) }),
    ...(changes === undefined
      ? {}
      : { changes: changes.map((one) => ({ ...one, scope: scopeNow(one.scope) })) }),
    ...(written === undefined
      ? {}
      : { written: { ...written, path: written.path.replace(/^droplet:/, 'production:') } }),
    ...(undo === undefined
      ? {}
      : { undo: undo.host === 'droplet' && undo.type !== 'record' ? { ...undo, host: 'production' } : undo }),
  };
}

const scopeNow = (scope: string) => scope.replace(/^(\w+):droplet:/, '$1:production:');

/** Evidence that a migration is applied, which earlier versions named only in the summary. */
const appliedEvidence = z.looseObject({
  summary: z.string(),
  facts: z.looseObject({
    migration: z.optional(z.undefined()),
    checksum: z.string(),
    appliedAt: z.string(),
  }),
});
const withEvidence = z.looseObject({ type: z.literal('verified'), evidence: z.array(z.unknown()) });

function withMigrations(record: unknown): unknown {
  const read = withEvidence.safeParse(record);
  return read.success ? { ...read.data, evidence: read.data.evidence.map(withMigration) } : record;
}

function withMigration(evidence: unknown): unknown {
  const read = appliedEvidence.safeParse(evidence);
  const migration = read.success ? /^(\S+) applied /.exec(read.data.summary)?.[1] : undefined;
  if (!read.success || migration === undefined) return evidence;
  return { ...read.data, facts: { ...read.data.facts, migration } };
}
