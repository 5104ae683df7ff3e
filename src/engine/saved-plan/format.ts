import * as z from 'zod';
import { type ShownChange, shownChangeSchema } from '../../domain/events.ts';
import { phaseNames } from '../../domain/phase.ts';

const savedChange = z.strictObject({
  scope: z.string(),
  /** SHA-256 of the content, as in the journal; null if it is not known before the rollout. */
  digest: z.nullable(z.string()),
  shown: shownChangeSchema,
});

const savedStep = z.strictObject({
  step: z.string(),
  phase: z.enum(phaseNames),
  state: z.enum(['satisfied', 'change', 'skipped']),
  summary: z.string(),
  changes: z.array(savedChange).readonly(),
});

const strings = z.array(z.string()).readonly();

const savedPlanSchema = z.strictObject({
  format: z.literal('erp-deploy plan 1'),
  /** Version of erp-deploy. */
  program: z.string(),
  made: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** `user@machine` */
  by: z.string(),
  engine: z.enum(['embedded', 'docker']),
  production: z.nullable(
    z.strictObject({
      /** Without user and password, as in the journal. */
      address: z.string(),
      /** `SHA256:…`, as `ssh-keygen -l` prints it; null if the plan did not connect over SSH. */
      hostKey: z.nullable(z.string()),
    }),
  ),
  selection: z.strictObject({
    phase: strings,
    only: strings,
    skip: strings,
    from: z.nullable(z.string()),
    until: z.nullable(z.string()),
  }),
  /** The files that the plan was made from, with the SHA-256 of their bytes. */
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).readonly(),
  steps: z.array(savedStep).readonly(),
});

/** A plan that was saved to be reviewed, and applied later by `run --plan`. */
export type SavedPlan = z.infer<typeof savedPlanSchema>;
export type SavedStep = SavedPlan['steps'][number];
export type SavedChange = SavedStep['changes'][number];

/** Returns the plan in a text, or the first reason why the text is not a plan, with its path in the text. */
export function parseSavedPlan(text: string): SavedPlan | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: 'it is not JSON' };
  }
  const parsed = savedPlanSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return { fault: `${place}${issue?.message ?? 'it has another form'}` };
}

export function savedPlanText(plan: SavedPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** Returns the flags of the explicit approvals that a shown change needs. */
export function approvalFlags({ consent, alsoNeeds = [] }: ShownChange): readonly string[] {
  return [...(consent === undefined ? [] : [consent]), ...alsoNeeds].map(({ flag }) => flag);
}
