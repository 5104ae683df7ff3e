import type { JournalRecord, RecordOf } from '../../domain/journal-record.ts';
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
  const recordsOf = <Type extends JournalRecord['type']>(type: Type) =>
    recorded().records.filter((record): record is RecordOf<Type> => record.type === type);
  const allFailures = () => recordsOf('failed').map(({ at, step, code, what }) => ({ at, step, code, what }));
  return {
    wrote: (path, sha256) => recorded().wrote(path, sha256),
    lastVerified: (step) => recorded().lastVerified(step, production()),
    isDisproved: (step) => recorded().isDisproved(step),
    allFailures,
    failures: (steps: readonly StepId[]) =>
      allFailures().filter(({ step }) => steps.some((one) => one === step)),
    skips: () =>
      recordsOf('skipped').map(({ at, step, reason, flag }) => ({
        at,
        step,
        reason,
        isByFlag: flag !== undefined,
      })),
    leftOut: (step) => recorded().leftOut(step),
    answer: (step) => recorded().answer(step),
    begun: (step) => recordsOf('intended').filter((record) => record.step === step),
    applied: (step) => recordsOf('applied').filter((record) => record.step === step),
    withoutLocalTest: () => recorded().withoutLocalTest,
    inDoubt: (scope, digest) => recorded().inDoubt(scope, digest),
  };
}
