import type { S3Bucket } from '../domain/ports/backup-store.ts';

const hour = 3_600_000;

/** The settings of backups. */
export interface BackupSettings {
  /** Whether the configuration file has settings of backups. Then they are expected. */
  readonly isConfigured: boolean;
  /** Time of day of the daily backup on the server, such as `03:15`. */
  readonly at: string;
  /** How many backups are kept beside the database. */
  readonly keep: number;
  /** A folder on this machine for copies, relative to the workspace or absolute. */
  readonly folder?: string;
  readonly s3?: S3Bucket;
  /** The public key of age that copies are encrypted to. */
  readonly encryptTo?: string;
  /** How many copies are kept in each place. */
  readonly keepCopies: number;
  /** Milliseconds after which the next backup should have been made. */
  readonly missedAfter: number;
}

/** A day, and two hours for the backup itself. */
export const defaultBackup: BackupSettings = {
  isConfigured: false,
  at: '03:15',
  keep: 7,
  keepCopies: 30,
  missedAfter: 26 * hour,
};

/** @param text such as `26h` or `8d` */
export function hoursIn(text: string): number {
  return Number.parseInt(text, 10) * (text.endsWith('d') ? 24 * hour : hour);
}
