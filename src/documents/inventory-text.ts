import { tableCountText } from '../database/validation/text.ts';
import { layout } from '../workspace/layout.ts';
import type { Deployed } from './deployed.ts';
import { addressOf, appliedText, type DatabaseLocation, machineWords } from './location.ts';
import { blocks, code, escapeText, list, table } from './markdown.ts';
import { type MeasuredMemory, memoryWords } from './measured-memory.ts';
import type { DocumentSource } from './source.ts';

interface Inventory {
  readonly source: DocumentSource;
  readonly memory: MeasuredMemory | null;
  readonly deployed: readonly Deployed[];
}

/** Returns the Postgres section of the inventory. The same state gives the same bytes. */
export function inventoryText({ source, memory, deployed }: Inventory): string {
  const { counts, schemas, ledger } = source;
  return blocks(
    '## Postgres (schemas erp and agent)',
    source.description,
    table(
      ['Item', 'Location'],
      [
        ...locationRows(source.location),
        ['Tables and columns', `[DATABASE_SCHEMA.md](${layout.schemaDocument})`],
        ['How a service connects', `[SERVICE_DATABASE_INTEGRATION.md](${layout.integrationGuide})`],
        ['Migrations', `[README.md](${layout.migrationsReadme})`],
      ],
    ),
    list([
      `Tables: ${tableCountText(counts)}`,
      `Foreign keys: ${counts.foreignKeys} (${counts.foreignKeysErp} erp, ${counts.foreignKeysAgent} agent), ${counts.foreignKeysCrossSchema} of them cross-schema`,
      `Columns: ${counts.columns}; triggers that keep ${code('updated_at')}: ${counts.updatedAtTriggers}; generated columns: ${counts.generatedColumns}; vector columns: ${counts.vectorColumns}`,
      ...schemas.map(({ name, comment, tables }) =>
        `${code(name)}: ${tables.length} tables. ${escapeText(comment)}`.trimEnd(),
      ),
    ]),
    '### Memory',
    memory === null
      ? 'Not measured: the database does not run in a container of erp-deploy.'
      : `The container ${source.location.is === 'container' ? `${code(source.location.containers.database.name)} ` : ''}${memoryWords(memory)}.`,
    '### Current Database State',
    table(
      ['Migration', 'SHA-256', 'Applied', 'Deployed to production'],
      ledger.map(({ name, checksum, appliedAt }) => [
        code(name),
        code(checksum),
        appliedText(source.location, appliedAt),
        deployed.find((one) => one.checksum === checksum)?.appliedAt ?? 'no',
      ]),
    ),
    deployed.length === 0
      ? 'Production: erp-deploy has no evidence of a deployment.'
      : "Production: deployed; the dates come from production's own ledger.",
  );
}

/** Returns how to reach the database and its API, as far as known. */
function locationRows(location: DatabaseLocation): readonly (readonly [string, string])[] {
  const compose = ['Compose file', `[${layout.compose}](${layout.compose})`] as const;
  switch (location.is) {
    case 'embedded':
      return [
        ['Database', 'embedded, for the local test only: accepts no connections'],
        ['API', 'none'],
        compose,
      ];
    case 'server':
      return [['Database', `${code(addressOf(location))}, on a server that erp-deploy does not manage`]];
    case 'container':
      return [
        [
          'Database',
          `${code(location.database)}, owned by ${code(location.owner)}, in the container ${code(location.containers.database.name)} on ${machineWords(location)}`,
        ],
        [
          'API',
          `PostgREST, in the container ${code(location.containers.api.name)} on the same host${location.api.publicHost === null ? '; no public URL' : `; public URL ${code(`https://${location.api.publicHost}`)}`}`,
        ],
        compose,
      ];
  }
}
