import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEmbedded } from '../../../src/adapters/embedded-session.ts';
import type { Catalog } from '../../../src/database/catalog/catalog.ts';
import { catalogNow } from '../../../src/database/catalog/catalog-now.ts';
import { readCatalog } from '../../../src/database/catalog/read-catalog.ts';
import { contractSchema } from '../../../src/database/contract.ts';
import { differenceText, notAsMigrated } from '../../../src/database/validation/text.ts';
import { validateSchema } from '../../../src/database/validation/validate.ts';
import type { Session } from '../../../src/domain/session.ts';
import { applyBundled } from '../../support/database/bundled-migrations.ts';

const contractFile = new URL('../../../assets/data/schema-contract.json', import.meta.url);
const contract = contractSchema.parse(JSON.parse(readFileSync(contractFile, 'utf8')));
let session: Session;
let expected: Catalog;

beforeAll(async () => {
  session = await applyBundled(await openEmbedded());
  expected = await readCatalog(session);
});
afterAll(() => session.close());
beforeEach(() => session.script('begin'));
afterEach(() => session.script('rollback'));

async function differencesAfter(sql: string, wanted = expected) {
  await session.script(sql);
  return (await validateSchema(await catalogNow(session), wanted, contract, false)).differences;
}

test.each([
  [
    'alter table erp.tasks drop constraint tasks_assignee_id_fkey',
    'foreign key tasks_assignee_id_fkey on erp.tasks: missing',
  ],
  [
    'alter table agent.profile_tools drop constraint profile_tools_pkey',
    'primary key profile_tools_pkey on agent.profile_tools: missing',
  ],
  [
    'drop trigger events_set_updated_at on agent.events',
    'trigger events_set_updated_at on agent.events: missing',
  ],
  ['drop table agent.prompt_templates', 'table agent.prompt_templates: missing'],
])('a missing object is reported once: %s', async (sql, line) => {
  expect((await differencesAfter(sql)).map(differenceText)).toEqual([line]);
});

test('objects that the migrations themselves lack are found by comparison with the checklist', async () => {
  await session.script('drop table agent.prompt_templates');
  const brought = await readCatalog(session);
  expect((await differencesAfter('', brought)).map(differenceText)).toEqual([
    'table agent.prompt_templates: missing',
  ]);
});

test('a definition of several lines is reported in one line, and shortened if it is long', async () => {
  const differences = await differencesAfter(
    'create or replace function agent.update_updated_at_column() returns trigger language plpgsql as $$begin\n\n  return new;\nend$$',
  );
  const { excerpt = [] } = notAsMigrated(differences, [], ['erp-deploy', 'validate']);
  expect(excerpt).toHaveLength(1);
  expect(excerpt[0]).toMatch(
    /^function agent\.update_updated_at_column\(\): definition: expected LANGUAGE plpgsql .*…, actual /,
  );
  expect(excerpt[0]).toContain('$function$begin return new; end$function$');
  expect(excerpt.join('')).not.toContain('\n');
});
