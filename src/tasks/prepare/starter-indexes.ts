import type { Catalog, CatalogObject } from '../../database/catalog/catalog.ts';
import {
  compareStarter,
  type OurObjects,
  type StarterComparison,
} from '../../database/starter-schema/compare.ts';
import { proposeMigration } from '../../database/starter-schema/propose-migration.ts';
import { readStarterObjects } from '../../database/starter-schema/read-objects.ts';
import type { BoxId } from '../../domain/phase.ts';
import { type Context, workspaceEvidence } from '../context.ts';
import { soundMigrations } from '../workspace/migrations.ts';
import { starterIsThere, starterPath } from '../workspace/starter.ts';
import type { FileBoxes } from './migration-file-step.ts';

/**
 * The checklist's "all indexes from the starter schema": those of the user's starter file are compared
 * with ours. What ours lacks is the person's to decide, and stands in the reason.
 */
export async function starterIndexBox(
  context: Context,
  box: BoxId,
  schema: 'erp' | 'agent',
): Promise<FileBoxes> {
  if (!(await starterIsThere(context))) {
    return { evidence: [], open: [{ box, reason: `no ${starterPath(context)} here to compare with` }] };
  }
  const starter = await readStarterObjects(await context.files.read(starterPath(context)));
  const ours = await context.catalogs.after(await soundMigrations(context));
  const compared = await compareStarter(starter, objectsOf(ours));
  const lacking = compared.lacking.filter(({ table }) => table.startsWith(`${schema}.`));
  const types = compared.types.filter(({ table }) => table.startsWith(`${schema}.`));
  if (lacking.length > 0)
    return { evidence: [], open: [{ box, reason: proposalWords({ ...compared, lacking, types }) }] };
  const summary = `no index of the starter schema is lacking; ${types.length} column types differ`;
  return { evidence: [workspaceEvidence(box, summary, { lacking: 0, types: types.length })], open: [] };
}

/** The statement to decide on, in full: a migration of one's own from number 100 on brings it. */
function proposalWords(compared: StarterComparison): string {
  const count = compared.lacking.length;
  return `${count} ${count === 1 ? 'index' : 'indexes'} of the starter schema are not in ours; to have them, put this into a migration of your own (100_starter_indexes.sql):\n${proposeMigration(compared) ?? ''}`;
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

/** A unique or primary key comes with an index of its own. */
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
