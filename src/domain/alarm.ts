import type { ExitCode } from './problem.ts';

/** A condition of production that needs attention. */
export interface Alarm {
  /** Identifies the condition from one check to the next, whatever its text says now. */
  readonly key: string;
  /** One line, without a value of a row or a secret. */
  readonly text: string;
  /** The exit code of a check that finds only this. */
  readonly exit: ExitCode;
}

/** An alarm as an earlier check found it. */
export type KnownAlarm = Pick<Alarm, 'key' | 'text'>;

/** Returns the alarms that began, and those that ended, since an earlier check. */
export function changedAlarms(
  before: readonly KnownAlarm[],
  now: readonly Alarm[],
): { readonly began: readonly Alarm[]; readonly ended: readonly KnownAlarm[] } {
  return {
    began: now.filter(({ key }) => !before.some((one) => one.key === key)),
    ended: before.filter(({ key }) => !now.some((one) => one.key === key)),
  };
}

/** Returns the exit code of a check with these alarms: drift first, otherwise the first one's. */
export function exitOf(alarms: readonly Alarm[], drift: ExitCode, done: ExitCode): ExitCode {
  return alarms.some(({ exit }) => exit === drift) ? drift : (alarms[0]?.exit ?? done);
}
