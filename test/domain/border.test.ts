import { expect, it } from 'vitest';
import { atBorder } from '../../src/domain/border.ts';
import { Secret } from '../../src/domain/secret.ts';
import { visible } from '../../src/domain/visible-text.ts';
import { hostileTexts, rawCharacters } from '../support/program/hostile-texts.ts';

it.each(Object.entries(hostileTexts))(
  'escapes %s visibly on one line, and escaping twice changes nothing',
  (_, text) => {
    const shown = visible(text);
    expect(shown).not.toMatch(rawCharacters);
    expect(shown).not.toContain('\n');
    expect(visible(shown)).toBe(shown);
  },
);

it('shows which characters it replaced, and keeps ordinary text, tabs and emoji', () => {
  expect(visible('\x1b[2J\n\u202e\u{e0041}')).toBe('\\x1b[2J\\n\\u202e\\u{e0041}');
  for (const text of ['Ünïcode – 日本語\tC:\\temp', '👩\u200d💻', 'می\u200cخواهم'])
    expect(visible(text)).toBe(text);
});

it('keeps a key named __proto__, since a table can have that name, and escapes its text', () => {
  const facts: unknown = JSON.parse('{"__proto__": "\\u001b[m", "rows": {"__proto__": "b"}}');
  expect(JSON.stringify(atBorder(facts))).toBe('{"__proto__":"\\\\x1b[m","rows":{"__proto__":"b"}}');
});

it('escapes texts at any depth, keeps line breaks only in fields of several lines, and hides known secrets', () => {
  const secret = new Secret('hunter2-hunter2');
  const fault = (value: string) => value;
  const event = {
    type: 'problem' as const,
    problem: { what: 'a\nb', todo: ['\x1b[m'], none: null },
    open: [{ reason: 'one\n\x1btwo', summary: 'x\ny' }],
    text: 'password hunter2-hunter2',
    secret,
    fault,
  };
  expect(atBorder(event)).toEqual({
    type: 'problem',
    problem: { what: 'a\\nb', todo: ['\\x1b[m'], none: null },
    open: [{ reason: 'one\n\\x1btwo', summary: 'x\\ny' }],
    text: 'password <redacted>',
    secret,
    fault,
  });
  expect(atBorder({ type: 'item', summary: 'one\ntwo' }).summary).toBe('one\ntwo');
  expect(atBorder({ type: 'output', line: '\x1b[32mgreen\x1b[0m \x1b[2J' }).line).toBe('green \\x1b[2J');
});
