import { services } from '../containers/stack.ts';
import { tableCountText } from '../database/validation/text.ts';
import { layout } from '../workspace/layout.ts';
import type { Deployed } from './deployed.ts';
import { addressOf, type DatabaseLocation, machineWords } from './location.ts';
import { blocks, code, list, table, words } from './markdown.ts';
import { type MeasuredMemory, memoryWords } from './measured-memory.ts';
import type { DocumentSource } from './source.ts';

interface Inventory {
  readonly source: DocumentSource;
  readonly memory: MeasuredMemory | null;
  readonly deployed: readonly Deployed[];
}

/** The Postgres section of the inventory. The same state gives the same bytes. */
export function inventoryText({ source, memory, deployed }: Inventory): string {
  const { counts, schemas, ledger } = source;
  return blocks(
    '## Postgres (schemas erp and agent)',
    source.words,
    table(
      ['What', 'Where'],
      [
        ...locationRows(source.location),
        ['Tables and columns', `[DATABASE_SCHEMA.md](${layout.schemaDocument})`],
        ['How a service connects', `[SERVICE_DATABASE_INTEGRATION.md](${layout.integrationGuide})`],
        ['Migrations', `[README.md](${layout.migrationsReadme})`],
      ],
    ),
    list([
      `Tables: ${tableCountText(counts)}`,
      `Foreign keys: ${counts.foreignKeys} (${counts.foreignKeysErp} erp, ${counts.foreignKeysAgent} agent), ${counts.foreignKeysCrossSchema} of them across schemas`,
      `Columns: ${counts.columns}; triggers that keep ${code('updated_at')}: ${counts.updatedAtTriggers}; generated columns: ${counts.generatedColumns}; vector columns: ${counts.vectorColumns}`,
      ...schemas.map(({ name, comment, tables }) =>
        `${code(name)}: ${tables.length} tables. ${words(comment)}`.trimEnd(),
      ),
    ]),
    '### Memory',
    memory === null
      ? 'Not measured: the database that this was written from runs in no container of ours.'
      : `The container ${code(services.database.name)} ${memoryWords(memory)}.`,
    '### Current Database State',
    table(
      ['Migration', 'SHA-256', 'Applied there', 'Deployed to production'],
      ledger.map(({ name, checksum, appliedAt }) => [
        code(name),
        code(checksum),
        appliedAt,
        deployed.find((one) => one.checksum === checksum)?.appliedAt ?? 'no',
      ]),
    ),
    deployed.length === 0
      ? 'Production: erp-deploy has no evidence of a deployment.'
      : "Production: deployed; the dates are those of production's own ledger.",
  );
}

/** How the database and its API are reached, as far as that is known. */
function locationRows(location: DatabaseLocation): readonly (readonly [string, string])[] {
  const compose = ['Compose file', `[${layout.compose}](${layout.compose})`] as const;
  switch (location.is) {
    case 'embedded':
      return [
        ['Database', 'embedded, of the local test: no service reaches it'],
        ['API', 'none runs over it'],
        compose,
      ];
    case 'server':
      return [['Database', `${code(addressOf(location))}, on a server that others run`]];
    case 'container':
      return [
        [
          'Database',
          `${code(location.database)}, owned by ${code(location.owner)}, in the container ${code(services.database.name)} on ${machineWords(location)}`,
        ],
        [
          'API',
          `PostgREST, in the container ${code(services.api.name)} beside it${location.api.publicHost === null ? '; no public name of it is known to answer' : `; from outside ${code(location.api.publicHost)}`}`,
        ],
        compose,
      ];
  }
}
