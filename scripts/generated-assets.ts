import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { openEmbedded } from '../src/adapters/embedded-session.ts';
import { programVersion } from '../src/cli/wiring/package-assets.ts';
import { configJsonSchema } from '../src/config/config-json-schema.ts';
import { readCatalog } from '../src/database/catalog/read-catalog.ts';
import { checksumOf } from '../src/database/checksum.ts';
import { catalogKey } from '../src/database/expected/expected-catalogs.ts';
import { eventSchema } from '../src/domain/events.ts';
import type { MigrationFile } from '../src/domain/sql-change.ts';
import { manPage } from './man-page.ts';
import { runTypes } from './run-types.ts';

const released = ['001_erp_schema.sql', '002_agent_schema.sql'] as const;

/** Files below `assets/` that are made from sources, with their text. */
export async function generatedAssets(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['data/expected-catalogs.json', `${JSON.stringify(await releasedCatalogs())}\n`],
    ['erp-deploy.config.schema.json', `${JSON.stringify(configJsonSchema(), null, 2)}\n`],
    ['run.d.ts', runTypes()],
    ['erp-deploy.1', manPage(programVersion())],
    ['erp-deploy.events.schema.json', `${JSON.stringify(z.toJSONSchema(eventSchema), null, 2)}\n`],
  ]);
}

/** The catalog after each released file, by the key under which it is looked up. */
async function releasedCatalogs(): Promise<Record<string, unknown>> {
  const session = await openEmbedded();
  try {
    const catalogs: Record<string, unknown> = {};
    const applied: MigrationFile[] = [];
    for (const name of released) {
      const text = await readFile(new URL(`../assets/migrations/${name}`, import.meta.url), 'utf8');
      await session.script(text);
      applied.push({ name, text, checksum: checksumOf(text), mode: 'transaction' });
      catalogs[catalogKey(applied)] = await readCatalog(session);
    }
    return catalogs;
  } finally {
    await session.close();
  }
}
