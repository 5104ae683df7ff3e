import * as z from 'zod';

const file = z.object({
  /** Its size. */
  bytes: z.int().nonnegative(),
  /** In hex. */
  sha256: z.string().regex(/^[\da-f]{64}$/),
});

/** As pg_dump quotes the name of a table. A drill puts it into a statement. */
const tableName = /^(?:[a-z_][a-z\d_$]*|"(?:[^"]|"")+")\.(?:[a-z_][a-z\d_$]*|"(?:[^"]|"")+")$/;

/** What `TIME.json` says about a backup: assets/remote/backup.sh writes it last. */
const manifestSchema = z.object({
  version: z.literal(1),
  /** When the dump began: the backup contains what was committed before, and nothing that was committed later. */
  made: z.iso.datetime(),
  /** The name of the database on its server. */
  database: z.string(),
  /** The version of the server, such as `17.6`. */
  server: z.string(),
  dump: file,
  roles: file,
  /** Of a copy: the public key of age that its other files are encrypted to. They are described as they were before. */
  age: z.string().optional(),
  /** The number of rows in the dump, by table. */
  rows: z.record(z.string().regex(tableName), z.int().nonnegative()),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

/** A file of a backup, as its manifest describes it. */
export type BackupFile = z.infer<typeof file>;

/** Reads a manifest; null if the text is not one of this version. */
export function readManifest(text: string): BackupManifest | null {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Returns the number of rows in all tables. */
export function rowsIn({ rows }: BackupManifest): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0);
}

const manifestName = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.json$/;

/** Returns the names of the complete backups among file names, the newest first: those with a manifest. */
export function backupsAmong(files: readonly string[]): readonly string[] {
  return files
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter(isBackupName)
    .toSorted()
    .toReversed();
}

/** Returns whether a text is the name of a backup. One that is no time would be the newest for ever. */
export function isBackupName(text: string): boolean {
  return !Number.isNaN(timeOf(text).getTime());
}

/** Returns when a backup was made. @param name such as `20261130T031500Z` */
export function timeOf(name: string): Date {
  const [, year, month, day, hour, minute, second] = manifestName.exec(`${name}.json`) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
