import { expect, test } from 'vitest';
import { checksumOf } from '../../../src/database/checksum.ts';
import { pendingMigrations } from '../../../src/database/ledger/order.ts';
import type { MigrationFile } from '../../../src/domain/sql-change.ts';

const file = (name: string, text = `-- ${name}`): MigrationFile => ({
  name,
  text,
  checksum: checksumOf(text),
  mode: 'transaction',
});
const row = ({ name, text, checksum }: MigrationFile) => ({ name, checksum, body: text, appliedAt: '' });

const [first, second, third] = [file('001_a.sql'), file('002_b.sql'), file('100_c.sql')];

test('files that are not in the ledger are pending, in the order of their numbers', () => {
  const found = pendingMigrations([third, second, first], [row(first)], 'migrations');
  expect(found).toEqual({ pending: [second, third] });
});

test.each([
  ['was edited after it was applied', [file('001_a.sql', 'select 1'), second], [first], 'ERP-0513'],
  ['was applied and does not exist any more', [second], [first], 'ERP-0514'],
  ['comes before one that is applied', [first, second], [second], 'ERP-0515'],
  ['has the number of another one', [first, file('001_b.sql')], [], 'ERP-0517'],
])('a file is refused if it %s', (_, files, applied, code) => {
  const found = pendingMigrations(files, applied.map(row), 'migrations');
  expect(found).toMatchObject({ problem: { code } });
});
