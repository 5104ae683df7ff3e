import { allItems } from '../../checklist/items.ts';
import { lessonsAsked, lessonsPart, skipsToCome } from '../../completion/lessons.ts';
import { notificationPart, notificationScope, webhook } from '../../completion/notification.ts';
import { openspecPart } from '../../completion/openspec-change.ts';
import { completionItems, type Part } from '../../completion/part.ts';
import { maybeReadyLater } from '../../completion/readiness.ts';
import type { PlannedChange } from '../../domain/change.ts';
import { digestOf, isReversible, scopeOf } from '../../domain/change.ts';
import type { StepId } from '../../domain/phase.ts';
import { summaryOf } from '../../domain/show-change.ts';
import { type CheckResult, missing, type Step, satisfied } from '../../domain/step.ts';
import { validatedAtLast } from '../../targets/needs.ts';
import type { Context } from '../../workspace/context.ts';

/** The change is closed: OpenSpec, lessons, and those who wait for it. */
export const completion: Step<Context> = {
  id: '5.3',
  phase: 'finalize',
  title: 'completion',
  wanted: 'the OpenSpec change archived, lessons written down, stakeholders told',
  items: allItems(completionItems),
  needs: validatedAtLast,
  reports: async (context) =>
    skipsToCome(context).length > 0 || (await maybeReadyLater(context)) ? 'looks' : 'changes',
  asks: lessonsAsked,
  check: (context) => lookAt(context, false),
  verify: (context) => lookAt(context, true),
  preview: async (context) => (await parts(context, false)).flatMap(({ changes }) => changes),
  async foresee(context) {
    const known = (await parts(context, false))
      .flatMap(({ changes }) => changes)
      .map((one) => pending(one, context.production === null ? '2.3' : '3.4'));
    const told = known.some((one) => one.status === 'pending' && one.scope === notificationScope);
    return told || !(await willTell(context)) ? known : [...known, notificationToCome];
  },
};

async function parts(context: Context, sent: boolean): Promise<readonly Part[]> {
  return [await openspecPart(context), await lessonsPart(context), await notificationPart(context, sent)];
}

async function lookAt(context: Context, sent: boolean): Promise<CheckResult> {
  const all = await parts(context, sent);
  const findings = all.flatMap((part) => part.findings);
  if (findings.length > 0) return missing(...findings);
  const open = all.flatMap((part) => part.open);
  return satisfied(
    open.length === 0 ? 'complete' : 'what a person has to decide is left open',
    all.flatMap((part) => part.evidence).toSorted((a, b) => ((a.box ?? '') < (b.box ?? '') ? -1 : 1)),
    open,
  );
}

/** Production may be deployed in this very roll-out; then there is something to tell. */
async function willTell(context: Context): Promise<boolean> {
  const { host, databaseUrl } = context.config.production;
  return (host !== undefined || databaseUrl !== undefined) && (await webhook(context)) !== null;
}

const notificationToCome: PlannedChange = {
  status: 'pending',
  on: '3.4',
  scope: notificationScope,
  digest: null,
  summary: 'tell stakeholders that the schema is ready',
};

/** A change that steps before may still alter: known by what it touches, not by its words. */
function pending(planned: PlannedChange, on: StepId): PlannedChange {
  if (planned.status === 'pending') return planned;
  const { change, consent } = planned;
  const known = change.kind === 'command';
  return {
    status: 'pending',
    on,
    scope: scopeOf(change),
    digest: known ? digestOf(change) : null,
    summary: summaryOf(change),
    reversible: isReversible(change),
    ...(consent === undefined ? {} : { consent }),
  };
}
