import { expect, test } from 'vitest';
import { inspectMigration } from '../../../../src/database/migration-rules/inspect-migration.ts';

async function faultsOf(text: string) {
  const found = await inspectMigration('100_mine.sql', text);
  return 'faults' in found ? found.faults : [];
}

test.each([
  ['dbmate', '-- migrate:up', '-- migrate:down'],
  ['dbmate', '-- migrate:up transaction:true', '--migrate:down transaction:false'],
  ['goose', '-- +goose Up', '-- +goose Down'],
  ['goose', '-- +goose Up\n-- +goose StatementBegin', '--+goose down'],
  ['sql-migrate', '-- +migrate Up', '-- +migrate Down notransaction'],
  ['node-pg-migrate', '-- Up Migration', '-- Down Migration'],
  ['rambler', '-- rambler up', '-- rambler down'],
  ['tern', '-- Write your migrate up statements here', '---- create above / drop below ----'],
  ['MyBatis Migrations', '-- // first', '-- //@UNDO'],
  ['Play evolutions', '-- --- !Ups', '-- --- !Downs'],
  ['shmig', '-- ====  UP  ====', '-- ==== DOWN ===='],
])('refuses a file of %s with statements that undo it (%j … %j)', async (tool, up, down) => {
  const above = `${up}\ncreate table a.b (id int);\n`;
  const text = `${above}\n  ${down}\r\n-- a comment\ndrop table a.b;\n`;
  const line = above.split('\n').length + 1;
  expect(await faultsOf(text)).toMatchObject([
    {
      file: '100_mine.sql',
      line,
      column: 3,
      message: `"${down}" (${tool}) begins statements that undo this file, and they would run, too; move them to 100_mine.down.sql`,
    },
  ]);
});

test.each([
  ['only the part that applies it', '-- migrate:up\ncreate table a.b (id int);\n'],
  ['nothing behind the marker', '-- +goose Up\nselect 1;\n-- +goose Down\n-- drop table a.b;\n;\n'],
  ['the marker in a string', "select '\n-- migrate:down\n';\nselect 2;\n"],
  ['the marker in a function', 'do $$ begin\n-- +goose Down\nnull; end $$;\nselect 2;\n'],
  ['a comment that only mentions it', '-- see the +goose Down part of 99\n-- down: later\nselect 1;\n'],
])('accepts a file with %s', async (_what, text) => {
  expect(await faultsOf(text)).toEqual([]);
});
