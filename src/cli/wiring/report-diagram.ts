import { readCatalog } from '../../database/catalog/read-catalog.ts';
import { describeSchemas, type SchemaDescription } from '../../database/documentation/describe.ts';
import type { Database } from '../../domain/ports.ts';
import { asProblem } from '../../engine/faults.ts';
import type { Recorded } from '../../engine/journal.ts';
import type { Diagram, Picture } from '../../report/report-data.ts';
import type { CommandParts } from './command.ts';
import { whileLocked } from './workspace.ts';
import type { World } from './world.ts';

/**
 * The tables and keys of the database whose validation this roll-out came to: production's where it was
 * validated, else the local one. Lets go of both.
 */
export async function reportPicture(parts: CommandParts, world: World, recorded: Recorded): Promise<Picture> {
  const local = () => whileLocked(parts, world, () => diagramOf(world.local.database));
  if (recorded.lastVerified('3.4') === undefined) return { diagram: await local(), instead: null };
  const production = await productionOrWhy(world).catch(async (bug: unknown) => {
    await world.close();
    throw bug;
  });
  if (typeof production === 'string') return { diagram: await local(), instead: production };
  await world.close();
  return { diagram: production, instead: null };
}

/** Its diagram, or why there is none: a report is made also where production is out of reach. */
async function productionOrWhy({ production }: World): Promise<Diagram | string> {
  if (production === null) {
    return 'Production was validated, and is not named now: production in the configuration, --production-host or --database-url.';
  }
  try {
    return (
      (await diagramOf(production.database)) ??
      'Production was validated, and its container does not run now.'
    );
  } catch (error) {
    return `Production was validated, and cannot be asked now. ${asProblem(error).what}`;
  }
}

const names: Readonly<Record<Database['target'], string>> = {
  embedded: 'the embedded database of the local test',
  docker: "the database in the local test's container",
  production: 'the production database',
};

/** A live database's tables and keys; null where there is none that can be asked. */
async function diagramOf(database: Database): Promise<Diagram | null> {
  if ((await database.state()).is !== 'present') return null;
  const catalog = await readCatalog(await database.session());
  return { of: names[database.target], ...drawn(describeSchemas(catalog, new Map())) };
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
