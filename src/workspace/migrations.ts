import { createHash } from 'node:crypto';
import { checksumOf } from '../database/checksum.ts';
import { fileNameFaults, migrationName, undoesMigration } from '../database/ledger/file-names.ts';
import { inOrder } from '../database/ledger/order.ts';
import { fileNamesRefused, migrationRefused } from '../database/ledger/problems.ts';
import { inspectMigration } from '../database/migration-rules/inspect-migration.ts';
import type { MigrationFault } from '../database/migration-rules/migration-fault.ts';
import type { StepId } from '../domain/phase.ts';
import { type Problem, ProblemError } from '../domain/problem.ts';
import type { MigrationFile } from '../domain/sql-change.ts';
import type { Context } from './context.ts';
import { bundled, layout } from './layout.ts';

/** The migrations of a workspace, in order. */
export interface WorkspaceMigrations {
  readonly files: readonly MigrationFile[];
  /** The step that will install a bundled migration that is still missing; null if none is. */
  readonly awaits: StepId | null;
}

const ours: readonly (readonly [name: string, step: StepId])[] = [
  [bundled.erp, '1.1'],
  [bundled.agent, '1.2'],
];

/**
 * Reads the migrations folder: the bundled ones and the user's own `NNN_*.sql`. A bundled migration that is still missing
 * is read from the assets, so that a plan can show what will be applied. A file that undoes a migration is only parsed.
 * @returns the problem if an SQL file is not named as a migration, or if PostgreSQL's parser rejects one: all faults
 * of all files
 */
export async function workspaceMigrations(
  context: Context,
): Promise<WorkspaceMigrations | { readonly problem: Problem }> {
  const names = await context.files.list(layout.migrations);
  const misnamed = fileNameFaults(names, [bundled.validation]);
  if (misnamed.length > 0) return { problem: fileNamesRefused(misnamed, layout.migrations) };
  const hidden = context.hiddenMigrations ?? [];
  const present = names.filter((name) => migrationName.test(name) && !hidden.includes(name));
  const absent = ours.filter(([name]) => !present.includes(name));
  const texts = await Promise.all([
    ...present.map(async (name) => ({
      name,
      text: await context.files.read(`${layout.migrations}/${name}`),
    })),
    ...absent.map(async ([name]) => ({ name, text: await context.assets.read(`migrations/${name}`) })),
  ]);
  const read = await Promise.all(
    texts.map(async ({ name, text }) =>
      (await isBundled(context, name, text)) ? inTransaction(name, text) : readMigration(name, text),
    ),
  );
  const undoing = names.filter((name) => undoesMigration(name, names));
  const faults = [...read, ...(await readAll(context, undoing))].flatMap((one) =>
    'faults' in one ? one.faults : [],
  );
  if (faults.length > 0) return { problem: migrationRefused(faults) };
  const files = read.flatMap((one) => ('faults' in one ? [] : [one]));
  return { files: inOrder(files), awaits: absent.at(-1)?.[1] ?? null };
}

/** Whether it is a bundled file as it was released. Those are not parsed, since erp-deploy's own tests do, and only to load the parser takes 40 to 50 ms. */
async function isBundled({ assets }: Context, name: string, text: string): Promise<boolean> {
  return ours.some(([one]) => one === name) && text === (await assets.read(`migrations/${name}`));
}

const readAll = (context: Context, names: readonly string[]) =>
  Promise.all(
    names.map(async (name) => readMigration(name, await context.files.read(`${layout.migrations}/${name}`))),
  );

/**
 * Reads the migrations for steps that run after the step that reports their faults.
 * @throws ProblemError if a migration is invalid
 */
export async function soundMigrations(context: Context): Promise<readonly MigrationFile[]> {
  const found = await workspaceMigrations(context);
  if ('problem' in found) throw new ProblemError(found.problem);
  return found.files;
}

/** Identifies migrations by their names and checksums: the local test records the mark, and production requires it. */
export function markOfFiles(files: readonly MigrationFile[]): string {
  const identity = files.map(({ name, checksum }) => [name, checksum]);
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

type ReadMigration = MigrationFile | { readonly faults: readonly MigrationFault[] };

/** Cached by name and text: every step reads the migrations, and the parser needs about 20 ms for a bundled one. */
const alreadyRead = new Map<string, Promise<ReadMigration>>();

/** Parses a migration with PostgreSQL's parser; returns its faults if it is invalid. */
export function readMigration(name: string, text: string): Promise<ReadMigration> {
  const key = JSON.stringify([name, text]);
  const known = alreadyRead.get(key);
  if (known !== undefined) return known;
  const read = parsed(name, text);
  alreadyRead.set(key, read);
  return read;
}

async function parsed(name: string, text: string): Promise<ReadMigration> {
  const inspected = await inspectMigration(name, text);
  if ('faults' in inspected) return inspected;
  const file = inTransaction(name, text);
  return inspected.mode.mode === 'transaction'
    ? file
    : { ...file, mode: 'no-transaction', index: inspected.mode.index };
}

const inTransaction = (name: string, text: string) =>
  ({ name, text, checksum: checksumOf(text), mode: 'transaction' }) as const;
