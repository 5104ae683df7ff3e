import { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { printableSql } from '../../src/database/printable-sql.ts';
import { hostileTexts, rawCharacters } from '../support/program/hostile-texts.ts';

/** PostgreSQL stores no text with NUL or with half of a surrogate pair. */
const texts = Object.values(hostileTexts).map((text) => text.replaceAll('\0', '').toWellFormed());

it('prints names and strings that PostgreSQL reads unchanged, in every kind of quotes', async () => {
  const database = await PGlite.create();
  for (const text of texts) {
    const [name, value] = [text.slice(0, 20).replaceAll('"', '""'), text.replaceAll("'", "''")];
    const sql = `select '${value}' as "${name}", $x$${text}\\$x$ as b, E'${value}\\\\' as c /* ${text.replaceAll('*', '')} */`;
    const printed = printableSql(sql);
    expect(printed).not.toMatch(rawCharacters);
    expect((await database.query(printed)).rows).toEqual((await database.query(sql)).rows);
  }
  await database.close();
}, 60_000);

it('writes a line feed of a name as an escape, and keeps that of a string', () => {
  expect(printableSql('drop table "a\nb"; -- \u202e')).toBe('drop table U&"a\\000ab"; -- \\u202e');
  expect(printableSql("comment on table x is 'a\nb\x1b'")).toBe("comment on table x is U&'a\nb\\001b'");
  expect(printableSql('select 1\nfrom "plain"')).toBe('select 1\nfrom "plain"');
});
