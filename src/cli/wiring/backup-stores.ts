import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { BackupStore } from '../../domain/ports/backup-store.ts';
import { ProblemError } from '../../domain/problem.ts';
import { Secret } from '../../domain/secret.ts';
import { noS3Key } from '../../dumps/backup-problems.ts';
import type { CommandParts } from './command.ts';

/**
 * Returns the places off the server in which copies of backups are kept, as configured.
 * @param root the folder of the workspace
 * @throws ProblemError (exit 2) if the key of a bucket is missing
 */
export async function backupStores(
  { adapters, env }: CommandParts,
  { backup }: Config,
  root: string,
): Promise<readonly BackupStore[]> {
  const { folder, s3 } = backup;
  const inFolder = folder === undefined ? [] : [adapters.folderStore(resolve(root, folder))];
  if (s3 === undefined) return inFolder;
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = env;
  if (id === '' || secret === '') throw new ProblemError(noS3Key);
  return [...inFolder, await adapters.s3Store(s3, { id, secret: new Secret(secret) })];
}
