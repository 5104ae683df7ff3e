import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbedded } from '../../src/adapters/embedded-session.ts';
import { defaultContainers } from '../../src/config/containers.ts';
import { guideText } from '../../src/documents/guide-text.ts';
import { inventoryText } from '../../src/documents/inventory-text.ts';
import type { ContainerLocation, DatabaseLocation } from '../../src/documents/location.ts';
import { migrationsText } from '../../src/documents/migrations-text.ts';
import { readSource } from '../../src/documents/source.ts';
import type { ReadDatabase } from '../../src/domain/ports/database.ts';
import type { Session } from '../../src/domain/session.ts';
import { applyBundled } from '../support/database/bundled-migrations.ts';

const local: ContainerLocation = {
  is: 'container',
  production: null,
  database: 'portfolio',
  owner: 'erp_admin',
  containers: defaultContainers,
  api: { publicHost: null, rows: 1000 },
};
const production: ContainerLocation = {
  ...local,
  production: 'droplet',
  api: { publicHost: 'erp-db.example.com', rows: 500 },
};
const server: DatabaseLocation = { is: 'server', host: 'db.example.com', port: 6432, database: 'erp live' };

const embedded: DatabaseLocation = { is: 'embedded' };

function over(read: Session, { is }: DatabaseLocation): ReadDatabase {
  return {
    target: is === 'embedded' ? 'embedded' : 'production',
    state: async () => ({ is: 'present' }),
    session: async () => read,
  };
}

let session: Session;
beforeAll(async () => {
  session = await applyBundled(await openEmbedded());
});
afterAll(() => session.close());

/** Returns the three documents of an existing database. */
async function textsAt(location: DatabaseLocation) {
  const source = await readSource(over(session, location), location);
  return {
    guide: guideText(source, []),
    inventory: inventoryText({ source, memory: null, deployed: [] }),
    migrations: migrationsText({ source, deployed: [], legacy: [] }),
  };
}

describe('the documents of a database URL', () => {
  test('name its host, port and database, but no container, tunnel or API of erp-deploy', async () => {
    const texts = await textsAt(server);
    for (const text of Object.values(texts)) {
      expect(text).toContain('`db.example.com:6432/erp live`');
      expect(text).not.toMatch(/docker|postgres-erp\b(?!\/)|postgrest-erp|127\.0\.0\.1|Traefik|curl/);
    }
    expect(texts.guide).toContain('| `POSTGRES_HOST` | `db.example.com` |');
    expect(texts.guide).toContain('| `POSTGRES_PORT` | `6432` |');
    expect(texts.guide).toContain("psql -h db.example.com -p 6432 -d 'erp live' -c '\\password erp_service'");
    expect(texts.migrations).toContain(
      "psql -h db.example.com -p 6432 -d 'erp live' -v ON_ERROR_STOP=1 -1 -f",
    );
  });
});

describe('the documents of a production host', () => {
  test('connect by ssh, and create a token that its API accepts', async () => {
    const { guide, migrations } = await textsAt(production);
    expect(guide).toContain('TOKEN=$(erp-deploy token --role erp_api --ttl 1h --production-host droplet)');
    expect(guide).toContain("'https://erp-db.example.com/erp/people?limit=5'");
    expect(guide).toContain('A response contains at most 500 rows.');
    expect(guide).toContain('ssh -t droplet "docker exec -it postgres-erp psql');
    expect(migrations).toContain('ssh droplet docker exec -i postgres-erp psql');
  });

  test('show no public name that has not answered yet', async () => {
    const { guide, inventory } = await textsAt({
      ...production,
      api: { ...production.api, publicHost: null },
    });
    expect(guide).not.toContain('https://');
    expect(inventory).toContain('no public URL');
  });
});

test('the documents of local containers ask for a token of the local API', async () => {
  const { guide, inventory } = await textsAt(local);
  expect(guide).toContain('TOKEN=$(erp-deploy token --role erp_api --ttl 1h)\n');
  expect(guide).not.toContain('ssh ');
  expect(inventory).toContain('in the container `postgres-erp` on the machine of the local test');
});

test('the documents of the embedded database show no connection, because it accepts none', async () => {
  const { guide, inventory } = await textsAt({ is: 'embedded' });
  expect(guide).not.toMatch(/docker|curl|127\.0\.0\.1/);
  expect(inventory).not.toMatch(/postgres-erp`|postgrest-erp/);
});

test('the documents of the embedded database contain no timestamps, so every clone writes the same bytes', async () => {
  const other = await applyBundled(await openEmbedded());
  const texts = await textsAt({ is: 'embedded' });
  const source = await readSource(over(other, embedded), embedded);
  expect(migrationsText({ source, deployed: [], legacy: [] })).toBe(texts.migrations);
  expect(inventoryText({ source, memory: null, deployed: [] })).toBe(texts.inventory);
  await other.close();
});

describe('row-level security in the guide', () => {
  test('is documented as not enabled, and its example restricts the API to the rows of a claim', async () => {
    const own = await applyBundled(await openEmbedded());
    const guideNow = async () => guideText(await readSource(over(own, embedded), embedded), []);
    const before = await guideNow();
    expect(before).toContain('No table has row-level security');
    expect(before).toContain('`erp_api` and `erp_service` read and write every row.');
    const [, sql = ''] =
      /```sql\n([\s\S]*?)```/.exec(before.slice(before.indexOf('## Row-level security'))) ?? [];
    await own.script(`${sql};
      insert into erp.people (full_name) values ('Ada'), ('Bob');
      insert into erp.projects (name, owner_person_id) select full_name, id from erp.people;`);
    const seenBy = async (role: string, claims: string) => {
      const [, rows = []] = await own.script(
        `set role ${role}; select set_config('request.jwt.claims', '${claims}', false); select name from erp.projects order by name; reset role`,
      );
      return rows.map(({ name }) => name);
    };
    expect(await seenBy('erp_service', '')).toEqual(['Ada', 'Bob']);
    expect(await seenBy('erp_api', '')).toEqual([]);
    expect(await seenBy('erp_api', '{"person": 1}')).toEqual(['Ada']);
    expect(await guideNow()).toContain('These tables have row-level security: `erp.projects`.');
    await own.close();
  });
});

describe('the section of the guide about roles', () => {
  test('lists the grants of the migrations if nothing changed them', async () => {
    const { guide } = await textsAt(local);
    expect(guide).toContain(
      'as `erp_service`. It reads, inserts, updates and deletes rows of all 38 tables, and cannot create objects.',
    );
    expect(guide).toContain('A statement of `erp_service` ends after `60s`');
    expect(guide).toContain('A request without a token is rejected (401):');
    expect(guide).toContain('`erp_api` reads, inserts and updates rows of all 38 tables; deletes none.');
  });

  test('changes with the grants and settings of the live database', async () => {
    await session.script(`
      grant delete on erp.tasks, erp.people to erp_api;
      revoke insert on all tables in schema erp, agent from erp_api;
      create role erp_readers; grant select on erp.people to erp_readers; grant usage on schema erp to erp_readers;
      grant erp_readers to erp_anon;
      alter role erp_service set statement_timeout to '5min'; alter role erp_service set search_path to agent;
      grant create on schema agent to erp_service;`);
    const { guide } = await textsAt(local);
    expect(guide).toContain(
      '`erp_api` reads and updates rows of all 38 tables; deletes rows of 2 of the 38 tables; inserts none.',
    );
    expect(guide).toContain('runs as `erp_anon`, which reads rows of 1 of the 38 tables;');
    expect(guide).toContain('A statement of `erp_service` ends after `5min`');
    expect(guide).toContain('The search path of `erp_service` is set to `agent`');
    expect(guide).not.toContain('cannot create objects');
  });

  test('names a missing role', async () => {
    await session.script('drop owned by erp_service; drop role erp_service');
    expect((await textsAt(local)).guide).toContain('`erp_service`, **which this database does not have**');
  });
});
