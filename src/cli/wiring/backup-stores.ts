import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { BackupStore } from '../../domain/ports/backup-store.ts';
import type { Adapters } from './adapters.ts';

/** Returns the places off the server in which copies of backups are kept, as configured. */
export function backupStores(adapters: Adapters, { backup }: Config, root: string): readonly BackupStore[] {
  const { folder } = backup;
  return folder === undefined ? [] : [adapters.folderStore(resolve(root, folder))];
}
