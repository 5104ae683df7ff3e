import { expect, test } from 'vitest';
import { layout } from '../../src/workspace/layout.ts';
import { readMigration, workspaceMigrations } from '../../src/workspace/migrations.ts';
import { bundledMigrations } from '../support/database/bundled-migrations.ts';
import { MemoryFiles } from '../support/disk/memory-files.ts';
import { contextWith } from '../support/program/step-context.ts';

/** Returns a migrations folder that contains the bundled files and these. */
function folderWith(...names: readonly string[]): MemoryFiles {
  const files = new MemoryFiles()
    .put(`${layout.migrations}/001_erp_schema.sql`, bundledMigrations[0])
    .put(`${layout.migrations}/002_agent_schema.sql`, bundledMigrations[1]);
  for (const name of names) files.put(`${layout.migrations}/${name}`, 'select 1;\n');
  return files;
}

const read = (...names: readonly string[]) =>
  workspaceMigrations(contextWith({ files: folderWith(...names) }));

test.each([
  '100-users.sql',
  '105 add.sql',
  '103_x.SQL',
  'V104__x.sql',
  '99_x.sql',
  '102_über.sql',
  '101_a.b.sql',
  '106_up.up.sql',
  'Validate_Schema.sql',
  '.sql',
])('refuses the name %j, and shows the accepted form', async (name) => {
  expect(await read(name)).toMatchObject({
    problem: {
      code: 'ERP-0519',
      what: expect.stringContaining(`"${name}" in ${layout.migrations}`),
      why: expect.stringContaining('NNN_name.sql'),
      excerpt: [`"${name}": the name is not of the form NNN_name.sql`],
    },
  });
});

test('refuses a down file without its migration', async () => {
  expect(await read('107_alone.down.sql')).toMatchObject({
    problem: {
      code: 'ERP-0519',
      excerpt: ['"107_alone.down.sql": the migration that it undoes, 107_alone.sql, does not exist'],
    },
  });
});

test('does not apply the down file of a migration', async () => {
  const found = await read('100_up.sql', '100_up.down.sql');
  expect('files' in found && found.files.map(({ name }) => name)).toEqual([
    '001_erp_schema.sql',
    '002_agent_schema.sql',
    '100_up.sql',
  ]);
});

test('parses a down file, and reports the line of an error', async () => {
  const files = folderWith('100_up.sql').put(
    `${layout.migrations}/100_up.down.sql`,
    'select 1;\ndrop tabel a;\n',
  );
  expect(await workspaceMigrations(contextWith({ files }))).toMatchObject({
    problem: {
      code: 'ERP-0516',
      what: expect.stringContaining('100_up.down.sql'),
      why: expect.stringContaining('Line 2'),
    },
  });
});

test('reports all misnamed files at once, with escaped names', async () => {
  expect(await read('b.sql', 'a\u001b[2J.sql')).toMatchObject({
    problem: { what: expect.stringContaining('"a\\u001b[2J.sql", "b.sql"') },
  });
});

test('reads every other SQL file except the validation script, and leaves other files alone', async () => {
  const names = ['validate_schema.sql', '100_Users-2.sql', '20240101120000_ts.sql', 'README.md', '1.sql.bak'];
  const found = await read(...names);
  expect('files' in found && found.files.map(({ name }) => name)).toEqual([
    '001_erp_schema.sql',
    '002_agent_schema.sql',
    '100_Users-2.sql',
    '20240101120000_ts.sql',
  ]);
});

test('has stored results for the bundled files that equal those of the parser', async () => {
  const found = await read();
  const names = ['001_erp_schema.sql', '002_agent_schema.sql'];
  const parsed = names.map((name, index) => readMigration(name, bundledMigrations[index] ?? ''));
  expect('files' in found && found.files).toEqual(await Promise.all(parsed));
});

test('parses a bundled file that was changed', async () => {
  const files = folderWith().put(
    `${layout.migrations}/001_erp_schema.sql`,
    `${bundledMigrations[0]}\nselec 1;`,
  );
  const found = await workspaceMigrations(contextWith({ files }));
  expect(found).toMatchObject({ problem: { code: 'ERP-0516' } });
});
