import { describe, expect, it } from 'vitest';
import { findMissingCommas } from '../../../src/database/starter-schema/missing-comma.ts';
import { starterText } from './starter-text.ts';

const placesOf = async (text: string) =>
  (await findMissingCommas(text)).commas.map(({ line, column, after }) => [`${line}:${column}`, after]);

describe('the starter schema of the checklist', () => {
  it('lacks the comma after profile_id, on line 123', async () => {
    const { commas, faults, fixedText } = await findMissingCommas(starterText);
    expect(faults).toEqual([]);
    expect(commas).toHaveLength(1);
    expect(commas[0]).toMatchObject({
      line: 123,
      after: 'profile_id BIGINT REFERENCES agent.profiles(id)',
      fault: { line: 124, column: 3, message: 'syntax error at or near "session_type"' },
    });
    const lines = fixedText.split('\n');
    expect(lines[122]).toBe('  profile_id BIGINT REFERENCES agent.profiles(id), -- which agent ran (é, 😀)');
    expect(lines.toSpliced(122, 1)).toEqual(starterText.split('\n').toSpliced(122, 1));
  });

  it('has no missing comma after the repair', async () => {
    const { fixedText } = await findMissingCommas(starterText);
    expect(await findMissingCommas(fixedText)).toEqual({ commas: [], faults: [], fixedText });
  });

  it('keeps its Windows line ends', async () => {
    const text = starterText.replaceAll('\n', '\r\n');
    const { commas, fixedText } = await findMissingCommas(text);
    expect(commas[0]).toMatchObject({ line: 123, after: 'profile_id BIGINT REFERENCES agent.profiles(id)' });
    expect(fixedText).toBe((await findMissingCommas(starterText)).fixedText.replaceAll('\n', '\r\n'));
  });
});

describe('several missing commas', () => {
  it('are all found, in one table and in others', async () => {
    const text = [
      'create table a (',
      '  id int default 1 check (id in (1, 2)) /* one',
      '  line more */',
      "  name text default ',(' -- two",
      '',
      '  price numeric(10,2)',
      ');',
      'create table if not exists b (',
      '  id int,',
      '  x text',
      '  constraint b_pk primary key (id)',
      '  , y interval',
      '  second int',
      ');',
    ].join('\n');
    expect(await placesOf(text)).toEqual([
      ['2:40', 'id int default 1 check (id in (1, 2))'],
      ['4:25', "name text default ',('"],
      ['10:9', 'x text'],
      ['12:15', 'y interval'],
    ]);
  });

  it('are found beside other faults', async () => {
    const text =
      'create table a (\n  id int\n  b int\n);\n\\echo x\ncreat table c (id int);\ncreate table d (\n  e int\n  f int\n);';
    const { commas, faults } = await findMissingCommas(text);
    expect(commas.map(({ line }) => line)).toEqual([2, 8]);
    expect(faults).toMatchObject([{ line: 6, column: 1, message: 'syntax error at or near "creat"' }]);
    expect(faults[0]?.excerpt).toContain('> 6 | creat table c (id int);');
    expect(faults[0]?.excerpt[0]).toContain('\\echo x');
  });
});

describe('a fault that no comma repairs is left', () => {
  it.each([
    'create table a (\n  id int unique primry key\n);',
    'create table a (\n  id int not\n  name text nul\n);',
    'create table a (\n  id int,\n  name\n);',
    'create table a (\n  id int,,\n  name text\n);',
    'create table a (\n  id int\n  name text\n;',
    'select a\n frm b;',
    "create table a (\n  name text default 'open\n);",
  ])('%j', async (text) => {
    const { commas, faults, fixedText } = await findMissingCommas(text);
    expect(commas).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(fixedText).toBe(text);
  });

  it('terminates on a table that cannot be repaired', async () => {
    const text = `create table a (\n${'  a int\n'.repeat(300)} oops oops oops\n);`;
    expect((await findMissingCommas(text)).faults).toHaveLength(1);
  });
});
