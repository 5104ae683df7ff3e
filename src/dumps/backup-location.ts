import { backupFolderFor } from '../argv/backup.ts';
import type { Config } from '../config/config.ts';
import type { Target } from '../targets/target.ts';
import { type DumpLocation, dumpLocation } from './location.ts';

/**
 * Returns where the backups of a target are made, apart from the dumps that are made before a change; null for the
 * embedded engine.
 */
export async function backupLocation(config: Config, target: Target): Promise<DumpLocation | null> {
  const location = await dumpLocation(config, target);
  return location === null ? null : { ...location, folder: backupFolderFor(location.folder) };
}
