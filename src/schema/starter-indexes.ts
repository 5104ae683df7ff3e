import type { Catalog, CatalogObject } from '../database/catalog/catalog.ts';
import type { SqlFault } from '../database/sql/parse-sql.ts';
import {
  compareStarter,
  type OurObjects,
  type StarterComparison,
} from '../database/starter-schema/compare.ts';
import { proposeMigration } from '../database/starter-schema/propose-migration.ts';
import { readStarterObjects } from '../database/starter-schema/read-objects.ts';
import type { ItemId } from '../domain/phase.ts';
import { type Context, workspaceEvidence } from '../workspace/context.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { starterIsThere, starterPath } from '../workspace/starter.ts';
import type { FileItems } from './migration-file-step.ts';
import { faultLines, shownFaults } from './starter-fix-text.ts';

/**
 * Checks the checklist's "all indexes from the starter schema": compares the indexes of the user's starter file with those
 * of the migrations. The user decides about indexes that the migrations lack; the reason lists them.
 */
export async function starterIndexItem(
  context: Context,
  item: ItemId,
  schema: 'erp' | 'agent',
): Promise<FileItems> {
  if (!(await starterIsThere(context))) {
    return {
      evidence: [],
      open: [{ item, reason: `${starterPath(context)} is missing, so there is nothing to compare with` }],
    };
  }
  const path = starterPath(context);
  const starter = await readStarterObjects(await context.files.read(path));
  const ours = await context.catalogs.after(await soundMigrations(context));
  const compared = ofSchema(schema, await compareStarter(starter, objectsOf(ours)));
  const differing = typeLines(compared);
  const reason = [
    ...faultReasons(path, starter.faults),
    ...inapplicableReasons(path, compared),
    ...(compared.lacking.length > 0 ? [proposalText(compared)] : []),
  ];
  if (reason.length > 0) {
    // A proposed migration names them in its comments.
    const named = compared.lacking.length > 0 || differing.length === 0 ? [] : [typeText(differing)];
    return { evidence: [], open: [{ item, reason: [...reason, ...named].join('\n') }] };
  }
  const { covered, types } = compared;
  const summary = [
    'no index of the starter schema is missing',
    ...covered.map(({ index, by }) => `line ${index.line}: ${by} covers the same searches`),
    differing.length === 0 ? 'no column type differs' : typeText(differing),
  ].join('; ');
  return { evidence: [workspaceEvidence(item, summary, { lacking: 0, types: types.length })], open: [] };
}

/** Returns the results for one schema. Tables of neither schema count for both. */
function ofSchema(schema: 'erp' | 'agent', compared: StarterComparison): StarterComparison {
  const other = schema === 'erp' ? 'agent.' : 'erp.';
  const own = ({ table }: { readonly table: string }) => !table.startsWith(other);
  return {
    ...compared,
    lacking: compared.lacking.filter(own),
    covered: compared.covered.filter(own),
    inapplicable: compared.inapplicable.filter(own),
    types: compared.types.filter(own),
  };
}

/** A statement that cannot be read may create an index of either schema. */
function faultReasons(path: string, faults: readonly SqlFault[]): readonly string[] {
  if (faults.length === 0) return [];
  const places = faults.slice(0, shownFaults).flatMap((fault) => faultLines(path, fault));
  const left = faults.length - shownFaults;
  return [
    'not all of the starter schema could be compared, since PostgreSQL cannot parse it:',
    ...places,
    ...(left > 0 ? [`and ${left} more`] : []),
  ];
}

function inapplicableReasons(path: string, { inapplicable }: StarterComparison): readonly string[] {
  return inapplicable.map(
    ({ index, why }) =>
      `${path}, line ${index.line}: the index ${index.name ?? 'without a name'} cannot be created: ${why}`,
  );
}

function typeLines({ types }: StarterComparison): readonly string[] {
  return types.map(
    ({ table, column, starter, ours }) =>
      `${table}.${column}: ${starter} in the starter schema, ${ours} in the migrations`,
  );
}

function typeText(differing: readonly string[]): string {
  return `column types that differ: ${differing.join(', ')}`;
}

/** Returns the proposed statements in full, for a migration of the user's own with number 100 or higher. */
function proposalText(compared: StarterComparison): string {
  const count = compared.lacking.length;
  return `${count} ${count === 1 ? 'index' : 'indexes'} of the starter schema ${count === 1 ? 'is' : 'are'} missing from the migrations; to add ${count === 1 ? 'it' : 'them'}, create a migration of your own (100_starter_indexes.sql) with:\n${proposeMigration(compared) ?? ''}`;
}

function objectsOf(catalog: Catalog): OurObjects {
  return {
    columns: catalog.objects
      .filter(({ kind }) => kind === 'column')
      .map(({ name, part, attributes }) => ({
        table: name.slice(0, -part.length - 1),
        column: part,
        type: attributes.type ?? '',
      })),
    indexes: catalog.objects.flatMap(indexOf),
  };
}

/** A unique constraint or primary key has an index of its own. */
function indexOf({ kind, parent, part, columns, definition }: CatalogObject): OurObjects['indexes'] {
  const table = parent?.replace(/^\w+ /, '') ?? '';
  if (kind === 'primary key' || kind === 'unique') {
    const keys = columns.map((column) => `"${column}"`).join(', ');
    const made = `CREATE UNIQUE INDEX ${part} ON ${table} USING btree (${keys})`;
    return [{ table, method: 'btree', unique: true, definition: made }];
  }
  if (kind !== 'index') return [];
  const method = /using (\w+)/i.exec(definition)?.[1] ?? 'btree';
  return [{ table, method, unique: /^create unique/i.test(definition), definition }];
}
