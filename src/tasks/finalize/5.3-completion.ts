import { allItems } from '../../checklist/items.ts';
import { lessonsAsked, lessonsPart, skipsToCome } from '../../completion/lessons.ts';
import { notificationPart, notificationSubject, webhook } from '../../completion/notification.ts';
import { openspecPart } from '../../completion/openspec-change.ts';
import { completionItems, type Part } from '../../completion/part.ts';
import { maybeReadyLater } from '../../completion/readiness.ts';
import { isReversible, type PlannedChange, scopeOfPlanned, subjectOf } from '../../domain/change.ts';
import { digestOf } from '../../domain/change-digest.ts';
import type { StepId } from '../../domain/phase.ts';
import { effectOf, summaryOf } from '../../domain/show-change.ts';
import { type CheckResult, missing, type Step, satisfied } from '../../domain/step.ts';
import { scopeOfSubject } from '../../domain/subject-scope.ts';
import { validatedAtLast } from '../../targets/needs.ts';
import type { Context } from '../../workspace/context.ts';

/** Closes the change: archives it in OpenSpec, records the lessons learned, and notifies the stakeholders. */
export const completion: Step<Context> = {
  id: '5.3',
  phase: 'finalize',
  title: 'completion',
  expected: 'the OpenSpec change archived, lessons learned recorded, stakeholders notified',
  items: allItems(completionItems),
  needs: validatedAtLast,
  reports: async (context) =>
    skipsToCome(context).length > 0 || (await maybeReadyLater(context)) ? 'checks' : 'changes',
  asks: lessonsAsked,
  check: (context) => inspect(context, false),
  verify: (context) => inspect(context, true),
  preview: async (context) => (await parts(context, false)).flatMap(({ changes }) => changes),
  async foresee(context) {
    const known = (await parts(context, false))
      .flatMap(({ changes }) => changes)
      .map((one) => pending(one, context.production === null ? '2.3' : '3.4'));
    const notifies = known.some((one) => scopeOfPlanned(one) === scopeOfSubject(notificationSubject));
    return notifies || !(await mayNotifyLater(context)) ? known : [...known, notificationToCome];
  },
};

async function parts(context: Context, sent: boolean): Promise<readonly Part[]> {
  return [await openspecPart(context), await lessonsPart(context), await notificationPart(context, sent)];
}

async function inspect(context: Context, sent: boolean): Promise<CheckResult> {
  const all = await parts(context, sent);
  const findings = all.flatMap((part) => part.findings);
  if (findings.length > 0) return missing(...findings);
  const open = all.flatMap((part) => part.open);
  return satisfied(
    open.length === 0 ? 'complete' : 'manual items remain',
    all.flatMap((part) => part.evidence).toSorted((a, b) => ((a.item ?? '') < (b.item ?? '') ? -1 : 1)),
    open,
  );
}

/** Production may be deployed later in this rollout; the stakeholders are notified then. */
async function mayNotifyLater(context: Context): Promise<boolean> {
  const { host, databaseUrl } = context.config.production;
  return (host !== undefined || databaseUrl !== undefined) && (await webhook(context)) !== null;
}

const notificationToCome: PlannedChange = {
  status: 'pending',
  on: '3.4',
  subject: notificationSubject,
  digest: null,
  summary: 'notify stakeholders that the schema is ready',
};

/** Makes a change pending, because earlier steps may still alter it: its subject identifies it, not its summary. */
function pending(planned: PlannedChange, on: StepId): PlannedChange {
  if (planned.status === 'pending') return planned;
  const { change, consent } = planned;
  const known = change.kind === 'command';
  return {
    status: 'pending',
    on,
    subject: subjectOf(change),
    digest: known ? digestOf(change) : null,
    summary: summaryOf(change),
    reversible: isReversible(change),
    effect: effectOf(change),
    ...(consent === undefined ? {} : { consent }),
  };
}
