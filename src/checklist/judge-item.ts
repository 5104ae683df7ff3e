import type { Evidence, Item, OpenItem } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { KnownItem } from './match-items.ts';

/** A step, and the checklist items that it declares. */
export interface DeclaringStep {
  readonly id: StepId;
  readonly items?: readonly Item[];
}

/** What the journal says about one step. */
export interface StepRecord {
  readonly step: StepId;
  /** The last check; null if there was none. */
  readonly seen: {
    readonly at: string;
    readonly evidence: readonly Evidence[];
    readonly open: readonly OpenItem[];
  } | null;
  /** Why it failed after that; null if it did not. */
  readonly failedSince: string | null;
  /** Why it is skipped, by the operator or because it does not apply; null if it is not. */
  readonly leftOut: string | null;
}

export type Verdict =
  | { readonly state: 'ticked'; readonly summary: string }
  /** The summary says why, and what the operator needs in order to decide. */
  | { readonly state: 'open'; readonly summary: string; readonly command?: readonly string[] };

/**
 * Decides whether the journal has evidence for an item, and if not, why.
 * @param declaring the steps of a rollout, in their order
 */
export function judgeItem(
  known: KnownItem,
  declaring: readonly DeclaringStep[],
  recordOf: (step: StepId) => StepRecord,
): Verdict {
  const declared = declarationsOf(known, declaring);
  const targets = [...new Set(declared.flatMap(({ item }) => item.provenOn))];
  const records = declared.map(({ step }) => recordOf(step));
  const recorded = records.flatMap(({ step, seen, failedSince }) =>
    (seen?.evidence ?? [])
      .filter(({ item }) => item === known.id)
      .map((evidence) => ({ step, at: seen?.at ?? '', evidence, failedSince })),
  );
  const latest = recorded.findLast(
    ({ evidence, failedSince }) => targets.includes(evidence.target) && failedSince === null,
  );
  if (latest !== undefined) {
    const { step, at, evidence } = latest;
    return {
      state: 'ticked',
      summary: `${evidence.summary} (${evidence.target}, step ${step}, checked ${at})`,
    };
  }
  const failed = records.find(({ failedSince }) => failedSince !== null);
  if (failed?.failedSince != null) return open(`step ${failed.step} failed since: ${failed.failedSince}`);
  const elsewhere = recorded[0]?.evidence.target;
  const left = records.flatMap(({ seen }) => seen?.open ?? []).find(({ item }) => item === known.id);
  if (left !== undefined) return open(left.reason, left.command);
  if (elsewhere !== undefined) {
    return open(`checked only on ${elsewhere}; needs evidence from ${targets.join(' or ')}`);
  }
  const out = records.find(({ leftOut }) => leftOut !== null);
  if (out?.leftOut != null) return open(`step ${out.step} is skipped: ${out.leftOut}`);
  const [first] = records;
  return first?.seen === null
    ? open('not checked yet', ['erp-deploy', 'run', '--only', known.step])
    : open(`step ${known.step} was checked, but has no evidence for this item`);
}

/** Returns the steps that declare an item: the step of its section first, then the others in their order. */
function declarationsOf(
  { id, step }: KnownItem,
  declaring: readonly DeclaringStep[],
): readonly { readonly step: StepId; readonly item: Item }[] {
  const all = declaring.flatMap(({ id: declaredBy, items = [] }) =>
    items.filter((item) => item.id === id).map((item) => ({ step: declaredBy, item })),
  );
  return [...all.filter((one) => one.step === step), ...all.filter((one) => one.step !== step)];
}

function open(summary: string, command?: readonly string[]): Verdict {
  return { state: 'open', summary, ...(command === undefined ? {} : { command }) };
}
