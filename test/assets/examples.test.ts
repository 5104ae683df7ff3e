import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/adapters/postgres-session.ts';
import { examples, usedBy } from '../../src/documents/examples.ts';
import type { Row, Session } from '../../src/domain/session.ts';
import { bundledMigrations, withoutVector } from '../support/database/bundled-migrations.ts';
import { type RealPostgres, startPostgres } from '../support/database/real-postgres.ts';
import { pythonWith } from '../support/program/python.ts';

const folder = fileURLToPath(new URL('../../assets/examples/', import.meta.url));
/** A password with characters that are special in a URL, a shell and an option file. */
const password = `it's a "pass" @/:%20 $1`;

/** The server trusts the owner, and requires a password from all other roles. */
function askingFile(folder: string): string {
  chmodSync(folder, 0o755);
  const file = join(folder, 'pg_hba.conf');
  writeFileSync(file, 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
  return file;
}

describe('the Python examples of the integration guide, run as erp_service', () => {
  let server: RealPostgres;
  let owner: Session;
  let python: string;
  const asking = mkdtempSync(join(tmpdir(), 'erp-deploy-hba-'));

  beforeAll(async () => {
    python = pythonWith('asyncpg', 'python3-asyncpg');
    server = await startPostgres([`hba_file=${askingFile(asking)}`]);
    owner = await openPostgres(server.config);
    for (const text of bundledMigrations) await owner.script(withoutVector(text));
    await owner.query(`alter role erp_service password '${password.replaceAll("'", "''")}'`);
    await owner.query("insert into erp.people (full_name) values ('Ada')");
    await owner.query(
      "insert into agent.plans (plan_title, client_id) values ('Ran twice', 'acme'), ('Never ran', 'acme'), ('Another', 'other')",
    );
    await owner.query('insert into agent.scheduler_runs (plan_id) values (1), (1)');
  });

  afterAll(async () => {
    await owner?.close();
    await server?.stop();
    rmSync(asking, { recursive: true });
  });

  function runExample(file: string, ...words: string[]) {
    return runWith(password, file, ...words);
  }

  function runWith(given: string, file: string, ...words: string[]) {
    return execa(python, ['-B', file, ...words], {
      cwd: folder,
      extendEnv: false,
      env: {
        POSTGRES_HOST: '127.0.0.1',
        POSTGRES_PORT: String(server.config.port),
        POSTGRES_DB: 'postgres',
        POSTGRES_USER: 'erp_service',
        POSTGRES_PASSWORD: given,
      },
    });
  }

  const rows = (sql: string): Promise<readonly Row[]> => owner.query(sql);

  test('connect.py logs in as erp_service, and not as the owner', async () => {
    expect((await runExample('connect.py')).stdout).toBe('connected as erp_service');
    await expect(runWith('another', 'connect.py')).rejects.toThrow('InvalidPasswordError');
  });

  test('insert_task.py inserts a task, and prints the generated id', async () => {
    const { stdout } = await runExample('insert_task.py');
    const [task] = await rows(
      'select id::text, global_id, title, priority, due_date::text as due, tags from erp.tasks',
    );
    expect(stdout).toBe(`task ${task?.id} is ${task?.global_id}`);
    expect(task).toMatchObject({
      title: 'Write the report',
      priority: 'high',
      due: '2030-01-31',
      tags: ['example'],
    });
  });

  test('query_plans.py joins plans with their runs, and includes plans without runs', async () => {
    const { stdout } = await runExample('query_plans.py');
    expect(stdout.split('\n')).toEqual(['Ran twice (draft): 2 runs', 'Never ran (draft): 0 runs']);
  });

  test('create_session.py references a person in the other schema, and fails for one that does not exist', async () => {
    expect((await runExample('create_session.py', '1')).stdout).toMatch(/^session \d+ started$/);
    const [session] = await rows(
      "select client_person_id::int as person, metadata from agent.sessions where session_type = 'chat'",
    );
    expect(session).toEqual({ person: 1, metadata: { channel: 'web' } });
    expect((await runExample('create_session.py', '999')).stdout).toBe('no such person');
  });

  test('transaction.py inserts rows into both schemas, or into neither', async () => {
    expect((await runExample('transaction.py', 'Kept', 'begun')).stdout).toMatch(/^project \d+ started$/);
    expect((await runExample('transaction.py', 'Dropped')).stdout).toBe('rejected and rolled back');
    expect(await rows('select name from erp.projects')).toEqual([{ name: 'Kept' }]);
    expect(await rows('select event_type from agent.events')).toEqual([{ event_type: 'begun' }]);
    expect(await rows("select subject_type from agent.sessions where subject_type = 'project'")).toHaveLength(
      1,
    );
  });

  test('each example lists the tables and columns that it uses, and they exist', async () => {
    const columns = await rows(
      "select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns",
    );
    const there = new Set(columns.map(({ name }) => name));
    const used = examples.flatMap(({ file }) => usedBy(readFileSync(`${folder}${file}`, 'utf8')));
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((name) => !there.has(name))).toEqual([]);
  });
});
