import { readCatalog } from '../../database/catalog/read-catalog.ts';
import { describeSchemas, type SchemaDescription } from '../../database/documentation/describe.ts';
import { readChanges } from '../../database/ledger/recorded-changes.ts';
import type { Database } from '../../domain/ports/database.ts';
import { asProblem } from '../../engine/faults.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Diagram, Picture } from '../../report/report-data.ts';
import type { CommandParts } from './command.ts';
import { whileLocked } from './workspace.ts';
import type { WorkspacePorts } from './workspace-ports.ts';

/**
 * Returns the tables and keys of the database that the rollout validated last: production if it was validated, else the
 * local database. Closes both.
 */
export async function reportPicture(
  parts: CommandParts,
  ports: WorkspacePorts,
  recorded: Recorded,
): Promise<Picture> {
  const local = () => whileLocked(parts, ports, () => readFrom(ports.local.database));
  if (recorded.lastVerified('3.4') === undefined) return { ...(await local()), instead: null };
  const production = await productionOrReason(ports).catch(async (bug: unknown) => {
    await ports.close();
    throw bug;
  });
  if (typeof production === 'string') return { ...(await local()), instead: production };
  await ports.close();
  return { ...production, instead: null };
}

type Read = Pick<Picture, 'diagram' | 'changes'>;

/** Returns what the report shows of production, or the reason why it shows none: the report must not need production. */
async function productionOrReason({ production }: WorkspacePorts): Promise<Read | string> {
  if (production === null) {
    return 'Production was validated, but it is not configured now. To include its diagram, set production in the configuration, or give --production-host or --database-url.';
  }
  try {
    const read = await readFrom(production.database);
    return read.diagram === null ? 'Production was validated, but its container does not run now.' : read;
  } catch (error) {
    return `Production was validated, but cannot be read now. ${asProblem(error).what}`;
  }
}

const names: Readonly<Record<Database['target'], string>> = {
  embedded: 'the embedded database of the local test',
  docker: "the database in the local test's container",
  production: 'the production database',
};

/** Returns the tables and keys of a live database, and the changes that it records; none if it does not run. */
async function readFrom(database: Database): Promise<Read> {
  if ((await database.state()).is !== 'present') return { diagram: null, changes: [] };
  const session = await database.session();
  const catalog = await readCatalog(session);
  const diagram = { of: names[database.target], ...drawn(describeSchemas(catalog, new Map())) };
  return { diagram, changes: await readChanges(session) };
}

function drawn(schemas: readonly SchemaDescription[]): Omit<Diagram, 'of'> {
  return {
    tables: schemas.flatMap(({ name: schema, tables }) =>
      tables.map(({ name, columns }) => ({
        name,
        schema,
        columns: columns
          .filter(({ keys }) => keys.length > 0)
          .map((column) => ({ name: column.name, keys: column.keys.join(', ') })),
      })),
    ),
    keys: schemas.flatMap(({ tables }) =>
      tables.flatMap(({ foreignKeys }) =>
        foreignKeys.map(({ table, columns, target }) => ({
          from: table,
          column: columns[0] ?? '',
          to: target,
        })),
      ),
    ),
  };
}
