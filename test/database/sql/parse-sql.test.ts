import { describe, expect, it } from 'vitest';
import { parseSql } from '../../../src/database/sql/parse-sql.ts';

async function statementsOf(text: string) {
  const read = await parseSql(text);
  if ('fault' in read) throw new Error(read.fault.message);
  return read.statements;
}

async function faultOf(text: string) {
  const read = await parseSql(text);
  if ('statements' in read) throw new Error('it parses');
  return read.fault;
}

describe('reading SQL', () => {
  it('returns kind, line and text of each statement, also after characters of every width', async () => {
    const text = "-- é😀\nselect '😀é' as a;\r\n\r\n-- two\ncreate table ñ (id int) ; -- end\nselect 3";
    const statements = await statementsOf(text);
    expect(statements.map(({ kind, line, text: source }) => [kind, line, source])).toEqual([
      ['SelectStmt', 2, "select '😀é' as a"],
      ['CreateStmt', 5, 'create table ñ (id int)'],
      ['SelectStmt', 6, 'select 3'],
    ]);
    for (const { start, text: source } of statements) expect(text.slice(start)).toMatch(source.slice(0, 6));
  });

  it.each(['', ' \n', '-- a comment', '/* one /* nested */ */', ';;'])(
    'takes %j for no statement',
    async (text) => {
      expect(await statementsOf(text)).toEqual([]);
    },
  );

  it('does not split a routine with a BEGIN ATOMIC body', async () => {
    const body =
      'create function f() returns int begin atomic select 1; select case 1 when 1 then 2 end; end';
    expect((await statementsOf(`${body};\nselect 1;`)).map((one) => one.text)).toEqual([body, 'select 1']);
  });
});

describe('a syntax error', () => {
  it('has the position of the character, also after astral characters', async () => {
    const text = "select 1;\nselect '😀😀é' frm x y";
    const fault = await faultOf(text);
    expect(fault).toMatchObject({ message: 'syntax error at or near "x"', line: 2, column: 18 });
    expect(text.slice(fault.offset)).toBe('x y');
    expect(fault.excerpt[1]).toBe("> 2 | select '😀😀é' frm x y");
    expect(fault.excerpt[2]).toBe(`    | ${' '.repeat(17)}^`);
  });

  it.each([
    ["select 'abc", 'unterminated quoted string at or near "\'abc"'],
    ['select $x$abc', 'unterminated dollar-quoted string at or near "$x$abc"'],
    ['/* abc', 'unterminated /* comment at or near "/* abc"'],
    ['create table a (id int', 'syntax error at end of input'],
  ])('has the message of PostgreSQL for %j', async (text, message) => {
    expect((await faultOf(text)).message).toBe(message);
  });

  it('is also reported for nesting that is too deep, and later texts can still be parsed', async () => {
    const deep = `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
    expect((await faultOf(deep)).message).toContain('memory exhausted');
    expect(await statementsOf('select 1')).toHaveLength(1);
  });
});
