import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inDatabase } from '../support/database/embedded-folder.ts';
import { pathsIn } from '../support/disk/tree.ts';
import { boxesProven, journalOf } from '../support/kill/journal.ts';
import { type Ended, rollOut } from '../support/program/erp-deploy.ts';
import { sharedWorkspace, stack, textOf } from '../support/workspace/workspace.ts';

describe('a rollout into an empty folder', () => {
  let ended: Ended;
  let workspace: string;
  const lineOf = (step: string) => ended.stdout.split('\n').find((line) => line.slice(12, 15) === step) ?? '';

  beforeAll(async () => {
    workspace = sharedWorkspace();
    // Starts it as a user would, without the flag of the other tests.
    ended = await rollOut(workspace);
  });

  test('completes without a question, and exits with 0', () => {
    expect(ended).toMatchObject({ exit: 0, stderr: '' });
  });

  test('prints a line for each of the 27 sections of the checklist', () => {
    const rows = ended.stdout.split('\n').filter((line) => /^[a-z-]+ +\d\.\d {2}/.test(line));
    expect(rows).toHaveLength(27);
    expect(lineOf('0.1')).toMatch(
      /^prepare +0\.1 +infrastructure +done +4 folders, \.env and data\/ ignored by git$/,
    );
    expect(lineOf('0.4')).toMatch(
      /^prepare +0\.4 +starter schema +skipped +Coda_to_Postgres\/.* does not exist$/,
    );
  });

  test('shows the counts of the validation: 38 tables, 34 foreign keys, 28 triggers', () => {
    expect(lineOf('2.3')).toMatch(
      /^local-test +2\.3 +validation +done +38 tables \(14 erp, 24 agent\), 34 foreign keys \(3 cross-schema\), 28 triggers, variance_pct\b/,
    );
  });

  test('skips production, with the reason', () => {
    for (const step of ['3.1', '3.2', '3.3', '3.4', '3.5', '3.6', '3.7']) {
      expect(lineOf(step)).toMatch(/skipped +no production host or database URL is configured$/);
    }
  });

  test('ends with the counts, the time, the command that lists the items left, and the path of the journal', () => {
    const last = ended.stdout.trimEnd().split('\n').at(-1) ?? '';
    expect(last).toMatch(
      /^done: 17 done, 10 skipped, 0 failed in \d+\.\d s; \d+ items left \(erp-deploy checklist/,
    );
    expect(last).toMatch(/\. Journal: \/\S+$/);
    expect(existsSync(last.split('Journal: ')[1] ?? '')).toBe(true);
  });

  test('creates only the folders and files of the stack', () => {
    expect(pathsIn(workspace)).toEqual([
      'SERVICE_INVENTORY.md',
      'docs',
      'docs/system',
      'docs/system/architecture',
      'docs/system/architecture/DATABASE_SCHEMA.md',
      'docs/system/architecture/SERVICE_DATABASE_INTEGRATION.md',
      'service-builds',
      'service-builds/postgres',
      'service-builds/postgres/migrations',
      'service-builds/postgres/migrations/README.md',
      'service-builds/postgres/migrations/deprecated',
      'service-builds/postgres/migrations/deprecated/README.md',
      stack,
      `${stack}/.env`,
      `${stack}/.env-example`,
      `${stack}/.env-example/.env`,
      `${stack}/.gitignore`,
      `${stack}/LOCAL_TEST_RECORD.md`,
      `${stack}/data`,
      `${stack}/docker-compose.yml`,
      `${stack}/migrations`,
      `${stack}/migrations/001_erp_schema.sql`,
      `${stack}/migrations/002_agent_schema.sql`,
      `${stack}/migrations/validate_schema.sql`,
    ]);
  });

  test('generates three different secrets that only the owner can read', () => {
    expect(statSync(join(workspace, stack, '.env')).mode & 0o777).toBe(0o600);
    const lines = textOf(workspace, `${stack}/.env`).trimEnd().split('\n');
    expect(lines.map((line) => line.split('=')[0])).toEqual([
      'POSTGRES_PASSWORD',
      'POSTGREST_JWT_SECRET',
      'POSTGREST_DB_PASSWORD',
    ]);
    const secrets = lines.map((line) => line.slice(line.indexOf('=') + 1));
    expect(new Set(secrets).size).toBe(3);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  test('hides its state from git', () => {
    expect(textOf(workspace, '.erp-deploy/.gitignore')).toBe('*\n');
  });

  test('records the local test with the checksums of both migrations', () => {
    const record = textOf(workspace, `${stack}/LOCAL_TEST_RECORD.md`);
    expect(record).toMatch(/001_erp_schema\.sql \| `[0-9a-f]{64}`/);
    expect(record).toMatch(/002_agent_schema\.sql \| `[0-9a-f]{64}`/);
    expect(record).toContain('38 = 14 erp + 24 agent');
  });

  test('leaves a migrated database without rows', async () => {
    const found = await inDatabase(workspace, (session) =>
      session.query(`select (select string_agg(name, ' ' order by name) from erp_deploy.migrations) as ledger,
                            (select count(*)::int from erp.people) as people`),
    );
    expect(found).toEqual([{ ledger: '001_erp_schema.sql 002_agent_schema.sql', people: 0 }]);
  });

  test('checks off no item about a container', () => {
    const proven = [...boxesProven(workspace).keys()];
    const ofContainers = /^(2\.1#[123]|2\.2#[13]|2\.3#1|2\.4#[12]|2\.5#\d+|0\.2#[23])$/;
    expect(proven.filter((box) => ofContainers.test(box))).toEqual([]);
    expect(proven).toEqual(
      expect.arrayContaining(['0.1#1', '0.2#5', '2.2#2', '2.2#4', '2.3#2', '2.4#6', '2.6#3']),
    );
  });

  test('records evidence about the database only for the embedded engine', () => {
    const targets = [...boxesProven(workspace)]
      .filter(([box]) => /^2\.[1-5]/.test(box))
      .map(([, target]) => target);
    expect(new Set(targets)).toEqual(new Set(['embedded']));
  });

  test('names each item left, with the reason', () => {
    const open = journalOf(workspace).flatMap((record) => (record.type === 'verified' ? record.open : []));
    expect(open.find(({ item: box }) => box === '2.1#2')?.reason).toBe('needs Docker');
    expect(open.find(({ item: box }) => box === '0.2#3')?.reason).toMatch(/container/);
  });
});
