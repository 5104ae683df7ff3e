import { describe, expect, it } from 'vitest';
import { missingKeys, parseEnvFile, weakValues } from '../../src/config/env-file.ts';

const needed = ['POSTGRES_PASSWORD', 'POSTGREST_JWT_SECRET'];
const read = (text: string) => parseEnvFile(text, needed);
const passwordIn = (text: string) =>
  read(text)
    .entries.find((entry) => entry.key === needed[0])
    ?.value?.reveal();
const reasonsOf = (text: string) => read(text).faults.map((fault) => `${fault.line}: ${fault.reason}`);

describe('a .env line that every reader reads alike', () => {
  it.each([
    ['POSTGRES_PASSWORD=abc', 'abc'],
    ['POSTGRES_PASSWORD=', ''],
    ['  POSTGRES_PASSWORD=a-b_c/d:e@f%g+h,i=j.k', 'a-b_c/d:e@f%g+h,i=j.k'],
    ['POSTGRES_PASSWORD=\'a b $c # "d" `e`\'', 'a b $c # "d" `e`'],
    ['POSTGRES_PASSWORD="a b\'c # d"', "a b'c # d"],
    ["POSTGRES_PASSWORD=''", ''],
    ['# POSTGRES_PASSWORD=no\n\n \t\nPOSTGRES_PASSWORD=yes\n', 'yes'],
  ])('%j', (text, value) => {
    expect(reasonsOf(text)).toEqual([]);
    expect(passwordIn(text)).toBe(value);
  });
});

describe('a line that some readers read differently', () => {
  const secret = 'hunter2';
  it.each([
    [`POSTGRES_PASSWORD=${secret}\r\n`, 'Windows line end'],
    [`POSTGRES_PASSWORD=$${secret}`, '$ outside of single quotes'],
    [`POSTGRES_PASSWORD="$${secret}"`, '$ or ` in double quotes'],
    [`POSTGRES_PASSWORD='\${${secret}}'`, 'compose v1 replaces'],
    [`POSTGRES_PASSWORD=${secret} # mine`, 'a comment after the value'],
    [`POSTGRES_PASSWORD=${secret}#1`, '# outside of quotes'],
    [`POSTGRES_PASSWORD='${secret}`, 'not closed'],
    [`POSTGRES_PASSWORD='it's ${secret}'`, 'text after the closing quote'],
    [`POSTGRES_PASSWORD="${secret}" # mine`, 'text after the closing quote'],
    [`POSTGRES_PASSWORD=${secret}'s`, 'a quote inside'],
    [`POSTGRES_PASSWORD=${secret} `, 'whitespace at the end'],
    [`POSTGRES_PASSWORD='${secret}'\t`, 'whitespace at the end'],
    [`POSTGRES_PASSWORD="${secret}\\n"`, 'a backslash in double quotes'],
    [`POSTGRES_PASSWORD='${secret}\\x'`, 'a backslash'],
    [`POSTGRES_PASSWORD=${secret}\\x`, 'a backslash'],
    [`POSTGRES_PASSWORD="${secret}\n2"`, 'a control character'],
    [`POSTGRES_PASSWORD=~/${secret}`, 'special to a shell'],
    [`POSTGRES_PASSWORD=${secret};ls`, 'special to a shell'],
    [`POSTGRES_PASSWORD=${secret}é`, 'special to a shell'],
    [`export POSTGRES_PASSWORD=${secret}`, 'export'],
    [`POSTGRES_PASSWORD =${secret}`, 'a blank before ='],
    [`POSTGRES_PASSWORD= ${secret}`, 'a blank after ='],
    [`\uFEFFPOSTGRES_PASSWORD=${secret}`, 'byte order mark'],
    [`POSTGRES_PASSWORD=${secret}\0`, 'NUL'],
    [`POSTGRES_PASSWORD: ${secret}`, 'not an assignment'],
    [`${secret}`, 'not an assignment'],
  ])('%j', (text, said) => {
    const { faults } = read(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({ line: 1 });
    expect(faults[0]?.reason).toContain(said);
    expect(JSON.stringify(faults)).not.toContain(secret);
  });

  it('is reported together with all other such lines, in the order of the file', () => {
    const text = 'POSTGRES_PASSWORD=a b\nnonsense\nPOSTGREST_JWT_SECRET="$x"\nPOSTGRES_PASSWORD=c\n';
    expect(reasonsOf(text)).toEqual([
      '1: a character outside of quotes that is special to a shell',
      '2: not an assignment (KEY=value)',
      '3: $ or ` in double quotes',
      '4: the key is on line 1 already',
    ]);
  });
});

describe('lines for keys that are not needed', () => {
  it.each([
    'OTHER="$HOME/x" # mine',
    'export OTHER = a $b\\c',
    'OTHER="two\nlines"',
    'OTHER=a\nOTHER=b',
    "OTHER=it's",
    'OTHER="a\\"b"',
    'my.key=1\r',
  ])('are ignored if they do not affect other lines: %j', (line) => {
    expect(reasonsOf(`${line}\nPOSTGRES_PASSWORD=abc\n`)).toEqual([]);
    expect(passwordIn(`${line}\nPOSTGRES_PASSWORD=abc\n`)).toBe('abc');
  });

  it.each(['OTHER="open', "OTHER='it\\'s'", 'OTHER="a" b', 'OTHER-KEY=1', 'OTHER', 'OTHER="a\\\\"'])(
    'matter where a reader would lose its way: %j',
    (line) => {
      expect(reasonsOf(`${line}\nPOSTGRES_PASSWORD=abc\n`)).toHaveLength(1);
      expect(passwordIn(`${line}\nPOSTGRES_PASSWORD=abc\n`)).toBe('abc');
    },
  );

  it('hide a key that stands inside their quotes', () => {
    const { entries } = read('OTHER="\nPOSTGRES_PASSWORD=abc\n"\nPOSTGREST_JWT_SECRET=x\n');
    expect(missingKeys(entries, needed)).toEqual(['POSTGRES_PASSWORD']);
    expect(entries.map(({ line }) => line)).toEqual([1, 4]);
  });
});

describe('the check of a .env', () => {
  it('names the missing keys; a key with a faulty line is not missing', () => {
    expect(missingKeys(read('POSTGRES_PASSWORD=$x').entries, needed)).toEqual(['POSTGREST_JWT_SECRET']);
  });

  it('finds an empty value and a JWT secret under 32 bytes', () => {
    const weak = (password: string, secret: string) =>
      weakValues(read(`POSTGRES_PASSWORD=${password}\nPOSTGREST_JWT_SECRET=${secret}\n`).entries);
    expect(weak('', 'x'.repeat(31)).map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'the value is empty'],
      [2, 'the value is shorter than 32 bytes'],
    ]);
    expect(weak('x', 'x'.repeat(32))).toEqual([]);
    expect(weak('x', `'${'é'.repeat(16)}'`)).toEqual([]);
  });
});
