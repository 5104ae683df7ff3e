import { createHash } from 'node:crypto';
import { exitCodes, type Problem, ProblemError } from '../../domain/problem.ts';
import { DatabaseError, type DatabaseFault, type Session } from '../../domain/session.ts';
import type { MigrationFile } from '../../domain/sql-change.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { withLineFeeds } from '../checksum.ts';
import { migrationFailed } from '../ledger/problems.ts';
import { checkDeferred, forgetSettings, rememberUser } from '../ledger/transaction.ts';
import { catalogSchema } from './catalog-schema.ts';

/** Counts up whenever a catalog is read otherwise than before: what was kept under another one is not used. */
const catalogFormat = 2;

export interface CatalogParts {
  /** An embedded database of its own, empty, in memory. */
  openScratch(): Promise<Session>;
  /** An empty database on a server that a person named, for what the embedded engine cannot apply; gone on close. */
  readonly openShadow: (() => Promise<Session>) | null;
  /** Catalogs that ship with erp-deploy, by key, as JSON; for the bundled migrations. */
  shipped(): Promise<Readonly<Record<string, unknown>>>;
  /** Catalogs that were worked out before, by key, as JSON text. */
  readonly kept: {
    read(key: string): Promise<string | null>;
    write(key: string, text: string): Promise<void>;
  };
}

/** Names the catalog that these files make, whatever the line ends they lie there with. */
export function catalogKey(files: readonly MigrationFile[]): string {
  const told = files.map((file) => `${file.name} ${file.checksum}`).join('\n');
  return createHash('sha256').update(`catalog ${catalogFormat}\n${told}`).digest('hex');
}

/**
 * What a database must look like after these files. It is not written down anywhere a second time:
 * the files are applied to an embedded database, and its catalog is read (and kept, by their checksums).
 */
export function expectedCatalogs(parts: CatalogParts) {
  const known = new Map<string, Catalog>();
  const after = async (files: readonly MigrationFile[]): Promise<Catalog> => {
    const key = catalogKey(files);
    const catalog = known.get(key) ?? (await madeBy(files, key));
    known.set(key, catalog);
    return catalog;
  };
  const madeBy = async (files: readonly MigrationFile[], key: string): Promise<Catalog> => {
    const shipped = (await parts.shipped())[key];
    if (shipped !== undefined) return catalogSchema.parse(shipped);
    const kept = await parts.kept.read(key);
    if (kept !== null) return catalogSchema.parse(JSON.parse(kept));
    const catalog = await scratch(files, readCatalog);
    await parts.kept.write(key, `${JSON.stringify(catalog)}\n`);
    return catalog;
  };
  const scratch = async <Answer>(
    files: readonly MigrationFile[],
    use: (session: Session) => Promise<Answer>,
  ): Promise<Answer> => {
    const embedded = await applied(parts.openScratch, files);
    if ('session' in embedded) return thenClose(embedded.session, use);
    const { openShadow } = parts;
    const shadow = openShadow === null ? embedded : await applied(openShadow, files);
    if ('session' in shadow) return thenClose(shadow.session, use);
    throw new ProblemError(notAppliable(shadow.file, shadow.fault, openShadow === null));
  };
  return { after, scratch };
}

/** An empty database with the files applied; or the file that could not be, and why. */
async function applied(
  open: () => Promise<Session>,
  files: readonly MigrationFile[],
): Promise<{ readonly session: Session } | { readonly file: MigrationFile; readonly fault: DatabaseFault }> {
  const session = await open();
  for (const file of files) {
    try {
      await applyFile(session, file);
    } catch (error) {
      await session.close();
      if (!(error instanceof DatabaseError)) throw error;
      return { file, fault: error.fault };
    }
  }
  return { session };
}

/** As a database gets the file: in a transaction of its own, whose settings end with it. */
async function applyFile(session: Session, { text, mode }: MigrationFile): Promise<void> {
  const script = withLineFeeds(text);
  if (mode === 'no-transaction') return void (await session.script(script));
  await session.script(`begin; ${rememberUser}`);
  await session.script(script);
  await session.script(`${forgetSettings} ${checkDeferred} commit`);
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

/** Without the expected catalog nothing can be called right: this is never a partial green. */
function notAppliable(file: MigrationFile, fault: DatabaseFault, noShadow: boolean): Problem {
  const { what, excerpt } = migrationFailed(file, fault);
  return {
    code: 'ERP-0520',
    what: `${noShadow ? 'The embedded PostgreSQL' : 'The shadow database'} cannot apply ${file.name}: ${what}`,
    why: 'What the database should look like is worked out by applying the files to an empty one.',
    todo: [
      'If the statement is wrong, mend it.',
      ...(noShadow
        ? [
            'If it needs what the embedded engine does not have (an extension, say), name a server where an empty database may be made and dropped: --shadow-database-url postgres://USER@HOST:5432/postgres',
          ]
        : []),
    ],
    exit: exitCodes.prerequisite,
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
