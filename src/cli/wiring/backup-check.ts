import type { Alarm } from '../../domain/alarm.ts';
import type { Reported } from '../../domain/events.ts';
import { exitCodes } from '../../domain/problem.ts';
import { backupLocation } from '../../dumps/backup-location.ts';
import { ageText, missedBackups, type NewestBackup, newestBackups } from '../../dumps/newest-backup.ts';
import { asProblem } from '../../engine/faults.ts';
import type { Context } from '../../workspace/context.ts';
import { backupStores } from './backup-stores.ts';
import type { CommandParts } from './command.ts';
import { lacking, ok, orProblem, type Prerequisite } from './prerequisite.ts';

type Note = Extract<Reported, { type: 'note' }>;

const makeOne = { text: 'Make one', command: ['erp-deploy', 'backup'] } as const;

/** The newest backup in each place, and those of the places in which one was missed. */
interface BackupState {
  readonly newest: readonly NewestBackup[];
  readonly missed: readonly NewestBackup[];
  readonly now: Date;
}

/**
 * Returns the newest backups of production, beside the database and in each place for copies; null if backups are not
 * configured, or there is no production.
 */
async function backupState(parts: CommandParts, context: Context): Promise<BackupState | null> {
  const { config, production, files } = context;
  if (!config.backup.isConfigured || production === null) return null;
  const location = await backupLocation(config, production);
  if (location === null) return null;
  const stores = await backupStores(parts, config, files.root);
  const newest = await newestBackups(location, stores, parts.signal);
  const now = new Date(context.clock());
  return { newest, missed: missedBackups(newest, config.backup, now), now };
}

/** Returns a warning for each place whose newest backup is too old, or one that says why they could not be checked. */
export async function missedBackupNotes(parts: CommandParts, context: Context): Promise<readonly Note[]> {
  try {
    const state = await backupState(parts, context);
    if (state === null) return [];
    return state.missed.map((one) => warning(`${missedText(one, state.now)}; to make one`, makeOne.command));
  } catch (error) {
    return [warning(`The backups could not be checked: ${asProblem(error).what}`)];
  }
}

/** Returns an alarm for each place whose newest backup is too old, or one if they could not be checked. */
export async function missedBackupAlarms(parts: CommandParts, context: Context): Promise<readonly Alarm[]> {
  try {
    const state = await backupState(parts, context);
    return (state?.missed ?? []).map((one) => ({
      key: `backup ${one.where}`,
      // Without its age, which changes from check to check.
      text: `a backup was missed in ${one.where}`,
      exit: exitCodes.prerequisite,
    }));
  } catch (error) {
    parts.signal.throwIfAborted();
    const { what, exit } = asProblem(error);
    return [{ key: 'backups unchecked', text: `the backups could not be checked: ${what}`, exit }];
  }
}

const missedText = (one: NewestBackup, now: Date) =>
  `A backup was missed in ${one.where}: ${ageText(one, now)}`;

function warning(text: string, command?: readonly string[]): Note {
  return {
    type: 'note',
    level: 'warning',
    text,
    ...(command === undefined ? {} : { command: [...command] }),
  };
}

/** Checks that no backup was missed. */
export function backupCheck(parts: CommandParts, context: Context): Promise<Prerequisite> {
  return orProblem('backups', async () => {
    const state = await backupState(parts, context);
    if (state === null) return { name: 'backups', state: 'unused', actual: 'not configured', todo: [] };
    const { newest, missed, now } = state;
    if (missed.length === 0)
      return ok('backups', newest.map((one) => `${one.where}: ${ageText(one, now)}`).join('; '));
    const what = missed.map((one) => missedText(one, now)).join('; ');
    return lacking('backups', { what, todo: [makeOne] }, 'warning');
  });
}
