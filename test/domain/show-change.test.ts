import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Change, scopeOf, subjectOf } from '../../src/domain/change.ts';
import { shownChangeSchema } from '../../src/domain/events.ts';
import { quoted, showPlanned, signOfChange, summaryOf } from '../../src/domain/show-change.ts';
import { exact } from '../support/program/tiny-steps.ts';
import { anyChange } from '../support/workspace/any-change.ts';
import { absent, commandOf, fileOf, migrateOf, requestOf, writeOf } from '../support/workspace/changes.ts';

it.each([
  [writeOf('a', 'x'), 'write a'],
  [writeOf('a', 'x', { was: 'y' }), 'change a'],
  [{ kind: 'write', path: 'a', entry: { type: 'directory' }, before: absent }, 'make folder a'],
  [
    { kind: 'write', path: '.env', entry: { type: 'mode', mode: 0o600 }, before: fileOf('x') },
    'set mode 600 on .env',
  ],
  [{ kind: 'move', from: 'a', to: 'b', before: fileOf('x') }, 'move a to b'],
  [commandOf(['docker', 'network', 'create', 'two words']), "run docker network create 'two words'"],
  [migrateOf('001.sql', ''), 'apply 001.sql to the embedded database'],
  [requestOf('https://a/'), 'PUT https://a/'],
] satisfies [Change, string][])('says in a line what would happen: %#', (change, summary) => {
  expect(summaryOf(change)).toBe(summary);
});

it('shows no secret of any kind of change', () => {
  const secret = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `hunter2-${text}`);
  fc.assert(
    fc.property(anyChange(secret), (change) => {
      expect(JSON.stringify(showPlanned(exact(change)))).not.toContain('hunter2');
      expect(scopeOf(change)).not.toContain('hunter2');
    }),
    { numRuns: 1000 },
  );
});

it('shows every change as the event stream contains it', () => {
  fc.assert(fc.property(anyChange(), (change) => void shownChangeSchema.parse(showPlanned(exact(change)))));
});

it('shows a pending change with its kind and the step that it waits for', () => {
  fc.assert(
    fc.property(anyChange(), (change) => {
      const pending = {
        status: 'pending',
        on: '2.1',
        subject: subjectOf(change),
        digest: null,
        summary: 'it',
      } as const;
      expect(showPlanned(pending)).toMatchObject({
        kind: change.kind,
        summary: 'it (details known after 2.1)',
      });
    }),
  );
});

it('marks an irreversible change the same way when it is pending and when it is exact', () => {
  const pendingOf = (change: Change, reversible?: boolean) =>
    showPlanned({
      status: 'pending',
      on: '2.1',
      subject: subjectOf(change),
      digest: null,
      summary: 'it',
      ...(reversible === undefined ? {} : { reversible }),
    }).reversible;
  expect(pendingOf(migrateOf('001.sql', ''))).toBe(showPlanned(exact(migrateOf('001.sql', ''))).reversible);
  expect(pendingOf(migrateOf('001.sql', ''))).toBe(false);
  expect(pendingOf(writeOf('a', 'x'))).toBe(true);
  expect(pendingOf(requestOf('https://a/'))).toBe(false);
  expect(pendingOf(commandOf(['true']), true)).toBe(true);
});

it('shows the approval that it needs as a flag that can be pasted', () => {
  const consent = { flag: '--overwrite', value: "it's mine", why: 'yours' } as const;
  expect(showPlanned(exact(writeOf('a', 'x'), consent)).consent).toEqual({
    flag: `--overwrite 'it'\\''s mine'`,
    why: 'yours',
  });
});

it('shows a migration line by line', () => {
  expect(showPlanned(exact(migrateOf('001.sql', 'select 1;\nselect 2;'))).lines).toEqual([
    'select 1;',
    'select 2;',
  ]);
});

it('quotes an argument for a POSIX shell', () => {
  const words = ['plain', 'a/b.yml', '', 'two words', "it's", '$(id)', '*', '~', 'A=1', '#'];
  expect(words.map(quoted)).toEqual([
    'plain',
    'a/b.yml',
    "''",
    "'two words'",
    `'it'\\''s'`,
    "'$(id)'",
    "'*'",
    "'~'",
    'A=1',
    "'#'",
  ]);
});

it.each([
  ['+', writeOf('a', 'x')],
  ['~', writeOf('a', 'x', { was: 'y' })],
  ['-', { kind: 'write', path: 'a', entry: { type: 'removal' }, before: fileOf('x') }],
  ['~', { kind: 'move', from: 'a', to: 'b', before: fileOf('x') }],
  ['+', migrateOf('001.sql', '')],
  // The summary of a command does not decide the sign.
  ['+', commandOf(['true'], { summary: 'remove it' })],
  ['-', commandOf(['true'], { summary: 'it', effect: 'removes' })],
  ['~', requestOf('https://a/', { effect: 'changes' })],
] satisfies [string, Change][])('marks what a change does to what exists by %s: %#', (sign, change) => {
  expect(signOfChange(showPlanned(exact(change)))).toBe(sign);
});
