import type { Evidence, OpenBox } from '../domain/evidence.ts';
import type { StepId } from '../domain/phase.ts';
import type { KnownBox } from './match-boxes.ts';
import { proofOf } from './proofs.ts';

/** What the journal says of one step. */
export interface StepRecord {
  readonly step: StepId;
  /** What was last seen; null where it never was. */
  readonly seen: {
    readonly at: string;
    readonly evidence: readonly Evidence[];
    readonly open: readonly OpenBox[];
  } | null;
  /** Why it failed after that; null where it did not. */
  readonly failedSince: string | null;
  /** Why it is left out, here or by a person; null where it is not. */
  readonly leftOut: string | null;
}

export type Verdict =
  | { readonly state: 'ticked'; readonly summary: string }
  /** Why it is not, and what a person needs in order to decide. */
  | { readonly state: 'open'; readonly summary: string };

/** Whether the journal holds what makes a box true, and else why not. */
export function judgeBox(known: KnownBox, recordOf: (step: StepId) => StepRecord): Verdict {
  const { steps, targets } = proofOf(known);
  const records = steps.map(recordOf);
  const told = records.flatMap(({ step, seen, failedSince }) =>
    (seen?.evidence ?? [])
      .filter(({ box }) => box === known.id)
      .map((evidence) => ({ step, at: seen?.at ?? '', evidence, failedSince })),
  );
  const proof = told.findLast(
    ({ evidence, failedSince }) => targets.includes(evidence.target) && failedSince === null,
  );
  if (proof !== undefined) {
    const { step, at, evidence } = proof;
    return { state: 'ticked', summary: `${evidence.summary} (${evidence.target}, step ${step}, seen ${at})` };
  }
  const failed = records.find(({ failedSince }) => failedSince !== null);
  if (failed?.failedSince != null) return open(`step ${failed.step} failed since: ${failed.failedSince}`);
  const elsewhere = told[0]?.evidence.target;
  const reason = records.flatMap(({ seen }) => seen?.open ?? []).find(({ box }) => box === known.id)?.reason;
  if (reason !== undefined) return open(reason);
  if (elsewhere !== undefined) {
    return open(`seen on ${elsewhere} alone; this takes evidence of ${targets.join(' or ')}`);
  }
  const out = records.find(({ leftOut }) => leftOut !== null);
  if (out?.leftOut != null) return open(`step ${out.step} is left out: ${out.leftOut}`);
  const [first] = records;
  return first?.seen === null
    ? open(`not looked at yet: erp-deploy run --only ${known.step}`)
    : open(`step ${known.step} was looked at, and did not tell of this`);
}

function open(summary: string): Verdict {
  return { state: 'open', summary };
}
