import { describe, expect, it } from 'vitest';
import { splitScript } from '../../../src/database/sql/split-script.ts';

const statementsOf = (text: string) =>
  splitScript(text).statements.map(({ start, end }) => text.slice(start, end));
const metaCommandsOf = (text: string) =>
  splitScript(text).metaCommands.map(({ start, end }) => text.slice(start, end));

describe('splitting a script as psql does', () => {
  it.each([
    ['a; b ;c', ['a', 'b', 'c']],
    ["select ';'; select ';;' ';'", ["select ';'", "select ';;' ';'"]],
    ["select E'\\';'; x", ["select E'\\';'", 'x']],
    ["select E'a'\n 'b\\';'; x", ["select E'a'\n 'b\\';'", 'x']],
    ["select '\\'; x", ["select '\\'", 'x']],
    ['select ";"";"; x', ['select ";"";"', 'x']],
    ['do $a$ ; $b$ ; $$ $a$; x', ['do $a$ ; $b$ ; $$ $a$', 'x']],
    ['select a$b$; x$b$', ['select a$b$', 'x$b$']],
    ['select $1; x', ['select $1', 'x']],
    ['-- ;\na /* ; /* ; */ ; */ b; c', ['a /* ; /* ; */ ; */ b', 'c']],
    ['create rule r as on insert to t do (a; b); c', ['create rule r as on insert to t do (a; b)', 'c']],
    [
      'create or replace function f() returns int begin atomic select case when a then b end; end; c',
      ['create or replace function f() returns int begin atomic select case when a then b end; end', 'c'],
    ],
    ['begin; a; end; b', ['begin', 'a', 'end', 'b']],
    [";; ;'open;", ["'open;"]],
  ])('%j', (text, expected) => {
    expect(statementsOf(text)).toEqual(expected);
  });

  it('recognizes a backslash command only outside of strings, names and comments', () => {
    const text = 'select \'\\i\', "\\i", $$\n\\i\n$$ -- \\i\n/* \\i */;\n  \\i real.sql\nselect 1 \\gset\n';
    expect(metaCommandsOf(text)).toEqual(['\\i real.sql', '\\gset']);
  });

  it('skips the data of COPY, whatever it contains', () => {
    const text = "copy t (a, b) from stdin;\n1\tit's\\n; $$\n\\.\nselect 1;";
    expect(statementsOf(text)).toEqual(['copy t (a, b) from stdin', 'select 1']);
    expect(metaCommandsOf(text)).toEqual([]);
  });

  it('replaces what only psql understands with blanks, so that positions stay the same', () => {
    const text = '\\restrict abc\nselect 1 \\g\nselect 2;\ncopy t from stdin;\n1\n\\.\n';
    const { sql } = splitScript(text);
    expect(sql).toBe('             \nselect 1 ; \nselect 2;\ncopy t from stdin;\n \n  \n');
    expect(sql).toHaveLength(text.length);
  });
});
