import { createHash } from 'node:crypto';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type DatabaseFault, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { withLineFeeds } from '../checksum.ts';
import { literal } from '../ledger/literal.ts';
import { migrationFailed } from '../ledger/problems.ts';
import { checkDeferred, resetSession, storeSessionUser } from '../ledger/transaction.ts';
import { catalogSchema } from './catalog-schema.ts';
import { matchingFrom, type Settings } from './matching.ts';

/** Incremented when the way of reading catalogs changes, so that catalogs cached under another number are not used. */
const catalogFormat = 4;

export interface CatalogParts {
  /** Opens an empty embedded database in memory. */
  openScratch(): Promise<Session>;
  /**
   * Creates an empty database on a server that the operator named, for files that the embedded engine cannot apply. The
   * database is dropped when its session is closed.
   */
  readonly openShadow: (() => Promise<Session>) | null;
  /** Returns the catalogs of the bundled migrations that ship with erp-deploy, by key, as JSON. */
  shipped(): Promise<Readonly<Record<string, unknown>>>;
  /** A cache of computed catalogs, by key, as JSON text. */
  readonly kept: {
    read(key: string): Promise<string | null>;
    write(key: string, text: string): Promise<void>;
  };
}

/** Returns the key of the catalog that these files create. Line ends do not matter. */
export function catalogKey(files: readonly MigrationFile[], settings: Settings = {}): string {
  const own = Object.entries(settings).toSorted(([a], [b]) => Number(a > b) - Number(a < b));
  const lines = [
    ...own.map(([name, value]) => `set ${name} ${value}`),
    ...files.map((file) => `${file.name} ${file.checksum}`),
  ].join('\n');
  return createHash('sha256').update(`catalog ${catalogFormat}\n${lines}`).digest('hex');
}

/**
 * Computes the catalog that a database must have after these files: applies them to an embedded database, reads its
 * catalog and caches it by the files' checksums.
 */
export function expectedCatalogs(parts: CatalogParts) {
  const known = new Map<string, Catalog>();
  const after = async (files: readonly MigrationFile[], settings: Settings = {}): Promise<Catalog> => {
    const key = catalogKey(files, settings);
    const catalog = known.get(key) ?? (await madeBy(files, key, settings));
    known.set(key, catalog);
    return catalog;
  };
  const madeBy = async (
    files: readonly MigrationFile[],
    key: string,
    settings: Settings,
  ): Promise<Catalog> => {
    const shipped = (await parts.shipped())[key];
    if (shipped !== undefined) return catalogSchema.parse(shipped);
    const kept = await parts.kept.read(key);
    if (kept !== null) return catalogSchema.parse(JSON.parse(kept));
    const catalog = await scratch(files, readCatalog, settings);
    await parts.kept.write(key, `${JSON.stringify(catalog)}\n`);
    return catalog;
  };
  const scratch = async <Answer>(
    files: readonly MigrationFile[],
    use: (session: Session) => Promise<Answer>,
    settings: Settings = {},
  ): Promise<Answer> => {
    const embedded = await applied(parts.openScratch, files, settings);
    if ('session' in embedded) return thenClose(embedded.session, use);
    const { openShadow } = parts;
    const shadow = openShadow === null ? embedded : await applied(openShadow, files, settings);
    if ('session' in shadow) return thenClose(shadow.session, use);
    throw new ProblemError(notAppliable(shadow.file, shadow.fault, openShadow === null));
  };
  return { after, matching: matchingFrom(after), scratch };
}

/** Opens an empty database and applies the files; returns the first file that failed, and why. */
async function applied(
  open: () => Promise<Session>,
  files: readonly MigrationFile[],
  settings: Settings,
): Promise<{ readonly session: Session } | { readonly file: MigrationFile; readonly fault: DatabaseFault }> {
  const session = await open();
  for (const file of files) {
    try {
      await applyFile(session, file, settings);
    } catch (error) {
      await session.close();
      if (!(error instanceof DatabaseError)) throw error;
      return { file, fault: error.fault };
    }
  }
  return { session };
}

/** Applies a file as a rollout does: in a separate transaction, whose settings end with it. */
async function applyFile(session: Session, { text, mode }: MigrationFile, settings: Settings): Promise<void> {
  const script = withLineFeeds(text);
  // The reset after a file resets these, too. Each value is the text of the setting, so set_config takes it as it is.
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config(${literal(name)}, ${literal(value)}, false)`,
  );
  if (calls.length > 0) await session.script(`select ${calls.join(', ')}`);
  if (mode === 'no-transaction') return void (await session.script(script));
  await session.script(`begin; ${storeSessionUser}`);
  await session.script(script);
  await session.script(`${resetSession} ${checkDeferred} commit`);
}

async function thenClose<Answer>(
  session: Session,
  use: (session: Session) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Without the expected catalog nothing can be validated, so this is a problem, never a partial success. */
function notAppliable(file: MigrationFile, fault: DatabaseFault, noShadow: boolean): Problem {
  const { what, excerpt } = migrationFailed(file, fault);
  return {
    code: 'ERP-0520',
    what: `${noShadow ? 'The embedded PostgreSQL' : 'The shadow database'} cannot apply ${file.name}: ${what}`,
    why: 'The expected schema is computed by applying the files to an empty database.',
    todo: [
      { text: 'If the statement is wrong, fix it.' },
      ...(noShadow
        ? [
            {
              text: 'If it needs a feature that the embedded engine lacks (such as an extension), name a server on which erp-deploy may create and drop an empty database: --shadow-database-url postgres://USER@HOST:5432/postgres',
            },
          ]
        : []),
    ],
    exit: exitCodes.prerequisite,
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
