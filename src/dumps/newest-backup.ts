import type { BackupSettings } from '../config/backup.ts';
import type { BackupStore } from '../domain/ports/backup-store.ts';
import { backupsAmong, timeOf } from './backup-manifest.ts';
import type { DumpLocation } from './location.ts';

/** The newest complete backup in one of the places where backups are kept. */
export interface NewestBackup {
  /** The place, as messages show it. */
  readonly where: string;
  /** Null if it contains none. */
  readonly made: Date | null;
}

/**
 * Returns the newest backup beside the database, and the newest copy in each store. Reads only names: a backup gets its
 * manifest, and with it its name, after it was read back.
 */
export async function newestBackups(
  { host, folder }: DumpLocation,
  stores: readonly BackupStore[],
  signal: AbortSignal,
): Promise<readonly NewestBackup[]> {
  const beside = { name: `${folder} on ${host.name}`, list: () => host.files.list(folder) };
  return Promise.all(
    [beside, ...stores].map(async ({ name, list }) => {
      const [newest] = backupsAmong(await list(signal));
      return { where: name, made: newest === undefined ? null : timeOf(newest) };
    }),
  );
}

/** Returns the places whose newest backup is older than it should be; none if backups are not configured. */
export function missedBackups(
  newest: readonly NewestBackup[],
  { isConfigured, missedAfter }: BackupSettings,
  now: Date,
): readonly NewestBackup[] {
  if (!isConfigured) return [];
  return newest.filter(({ made }) => made === null || now.getTime() - made.getTime() > missedAfter);
}

/** Returns the age of the newest backup as text, for the end of a sentence. */
export function ageText({ made }: NewestBackup, now: Date): string {
  if (made === null) return 'none was made yet';
  const minutes = Math.max(0, Math.round((now.getTime() - made.getTime()) / 60_000));
  if (minutes < 120) return `the newest one is ${minutes} min old`;
  const hours = Math.round(minutes / 60);
  return hours < 72
    ? `the newest one is ${hours} h old`
    : `the newest one is ${Math.round(hours / 24)} days old`;
}
