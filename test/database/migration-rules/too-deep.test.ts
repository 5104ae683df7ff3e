import { expect, it } from 'vitest';
import { inspectMigration } from '../../../src/database/migration-rules/inspect-migration.ts';

it.each(['+1', "||''", ' union all select 1'])(
  'an expression of 20,000 terms ("%s") is a fault with its line, not a bug',
  async (term) => {
    const text = `select 0;\n\nselect 1${term.repeat(20_000)};\nselect 2;\n`;
    const inspected = await inspectMigration('100_x.sql', text);
    expect(inspected).toEqual({
      faults: [expect.objectContaining({ line: 3, message: expect.stringContaining('too deeply') })],
    });
  },
);
