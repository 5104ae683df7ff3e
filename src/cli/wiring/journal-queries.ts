import type { StepId } from '../../domain/phase.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Memory } from '../../workspace/context.ts';

/**
 * Returns what steps can read of the journal. Each call reads it again, since it grows while steps run.
 * @param production returns the production target whose evidence counts; undefined while it is not known
 */
export function journalQueries(
  recorded: () => Recorded,
  production: () => string | undefined = () => undefined,
): Memory {
  const allFailures = () =>
    recorded().records.flatMap((record) =>
      record.type === 'failed'
        ? [{ at: record.at, step: record.step, code: record.code, what: record.what }]
        : [],
    );
  return {
    wrote: (path, sha256) => recorded().wrote(path, sha256),
    lastSeen: (step) => recorded().lastVerified(step, production()),
    isDisproved: (step) => recorded().isDisproved(step),
    allFailures,
    failures: (steps: readonly StepId[]) =>
      allFailures().filter(({ step }) => steps.some((one) => one === step)),
    skips: () =>
      recorded().records.flatMap((record) =>
        record.type === 'skipped'
          ? [{ at: record.at, step: record.step, reason: record.reason, isByFlag: record.flag !== undefined }]
          : [],
      ),
    leftOut: (step) => recorded().leftOut(step),
    answer: (step) => recorded().answer(step),
    begun: (step) =>
      recorded().records.flatMap((record) =>
        record.type === 'intended' && record.step === step
          ? [{ at: record.at, subject: record.subject ?? null }]
          : [],
      ),
    applied: (step) =>
      recorded().records.flatMap((record) =>
        record.type === 'applied' && record.step === step
          ? [{ at: record.at, subject: record.subject ?? null, digest: record.digest ?? null }]
          : [],
      ),
    withoutLocalTest: () => recorded().withoutLocalTest,
    inDoubt: (scope, digest) => recorded().inDoubt(scope, digest),
  };
}
