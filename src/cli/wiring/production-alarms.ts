import type { ConnectedProduction } from '../../connections/connected-production.ts';
import { type Alarm, exitOf } from '../../domain/alarm.ts';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import type { Step } from '../../domain/step.ts';
import type { Recorded } from '../../engine/journal.ts';
import { StatusCheck, type StepStatus } from '../../engine/step-status.ts';
import { hostLockHolder } from '../../host/host-lock.ts';
import { lowDisks } from '../../host/low-disk.ts';
import { contextsWithoutPending } from '../../schema/applied-files.ts';
import { certificateAlarms, tokenAlarms } from '../../tunnel/expiries.ts';
import type { Context } from '../../workspace/context.ts';
import type { Adapters } from './adapters.ts';

/** What a check of production needs. */
export interface WatchedProduction {
  readonly production: ConnectedProduction;
  readonly steps: readonly Step<Context>[];
  readonly skip: ReadonlyMap<string, string>;
  readonly context: Context;
  readonly recorded: Recorded;
  readonly adapters: Pick<Adapters, 'certificateEnd'>;
  /** Whether the last check raised an alarm of this key. */
  isKnown(key: string): boolean;
  /** Returns the alarms about backups. */
  backups(): Promise<readonly Alarm[]>;
  /** Receives each step as it is checked. */
  onStep(step: Step<Context>, status: StepStatus): void;
}

/** Seconds after which the lock of a rollout without a heartbeat counts as left behind, as in lock.sh. */
const abandoned = 60;

/** Checks production; `running` if a rollout held its lock before or after, so that what was found means nothing. */
export async function productionAlarms(
  watched: WatchedProduction,
): Promise<{ readonly running: true } | { readonly running: false; readonly alarms: readonly Alarm[] }> {
  try {
    if (await isRolloutRunning(watched)) return { running: true };
    const alarms = [
      ...(await stepAlarms(watched)),
      ...(await lowDisks(watched.production, watched.isKnown, watched.context.signal)),
      ...(await expiries(watched)),
      ...(await watched.backups()),
    ];
    return (await isRolloutRunning(watched)) ? { running: true } : { running: false, alarms };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // Copies of backups may be elsewhere.
    const backups = await watched.backups();
    return { running: false, alarms: [...error.problems.map(uncheckedBy), ...backups] };
  }
}

/** Returns the exit code of a check with these alarms. */
export const exitFor = (alarms: readonly Alarm[]) => exitOf(alarms, exitCodes.notAsMigrated, exitCodes.done);

async function isRolloutRunning({ production: { stack }, context }: WatchedProduction): Promise<boolean> {
  if (stack === null) return false;
  const held = await hostLockHolder(stack.host, context.signal);
  return held !== null && held.age <= abandoned;
}

async function stepAlarms(watched: WatchedProduction): Promise<readonly Alarm[]> {
  const { context, recorded, steps, skip, onStep } = watched;
  const before = await contextsWithoutPending(context, true);
  const check = new StatusCheck(
    context,
    recorded,
    before.map((one) => one.context),
  );
  const alarms: Alarm[] = [];
  for (const step of steps) {
    context.signal.throwIfAborted();
    const status = await check.of(step, skip.get(step.id));
    onStep(step, status);
    const alarm = alarmOf(step, status);
    // A step that is blocked by one with an alarm, or fails for the same reason, adds nothing.
    const cause = status.blockedBy === undefined ? undefined : `step ${status.blockedBy}`;
    if (alarm !== null && !alarms.some(({ key }) => key === alarm.key || key === cause)) alarms.push(alarm);
  }
  return alarms;
}

function alarmOf({ id, title }: Step<Context>, { state, summary, problem }: StepStatus): Alarm | null {
  if (state === 'unseen' && problem !== undefined) return uncheckedBy(problem);
  if (state !== 'drifted' && state !== 'blocked' && state !== 'unseen') return null;
  const text = `${id} ${title} ${state === 'drifted' ? 'has drifted' : 'is blocked'}: ${summary}`;
  return { key: `step ${id}`, text, exit: exitCodes.notAsMigrated };
}

function uncheckedBy({ code, what, exit }: Problem): Alarm {
  return { key: `unchecked ${code}`, text: `production could not be checked: ${code} ${what}`, exit };
}

/** The certificate matters only if a rollout verified the public URL. */
async function expiries({ context, recorded, adapters }: WatchedProduction): Promise<readonly Alarm[]> {
  const { config, cloudflare, signal } = context;
  const now = Date.parse(context.clock());
  const isPublic = recorded.lastVerified('3.6') !== undefined && config.cloudflare.container !== undefined;
  const connectTo = config.cloudflare.connectTo ?? null;
  const [certificate, token] = await Promise.all([
    isPublic ? certificateAlarms(config.publicHost, connectTo, adapters.certificateEnd, now, signal) : [],
    cloudflare === null ? [] : tokenAlarms(cloudflare, now, signal),
  ]);
  return [...certificate, ...token];
}
