import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Change, isReversible, scopeOf, type WriteChange } from '../../src/domain/change.ts';
import { digestOf } from '../../src/domain/change-digest.ts';
import { Secret } from '../../src/domain/secret.ts';
import { anyChange } from '../support/workspace/any-change.ts';
import { absent, commandOf, fileOf, migrateOf, requestOf, writeOf } from '../support/workspace/changes.ts';

const differs = (one: Change, other: Change) => expect(digestOf(one)).not.toBe(digestOf(other));

it('has the same digest whenever the same change is previewed, so it needs one approval', () => {
  fc.assert(
    fc.property(anyChange(), (change) => void expect(digestOf({ ...change })).toBe(digestOf(change))),
  );
});

it('needs a new approval for other content, mode or path, or another existing file', () => {
  differs(writeOf('a', 'x'), writeOf('a', 'y'));
  differs(writeOf('a', 'x'), writeOf('b', 'x'));
  differs(writeOf('a', 'x', { mode: 0o600 }), writeOf('a', 'x'));
  differs(writeOf('a', 'x'), writeOf('a', 'x', { was: 'theirs' }));
  differs(writeOf('a', 'x', { was: 'mine' }), writeOf('a', 'x', { was: 'theirs' }));
});

it('needs a new approval for another command, folder or request', () => {
  differs(commandOf(['docker', 'up']), commandOf(['docker', 'down']));
  differs(commandOf(['docker', 'up']), commandOf(['docker', 'up'], { cwd: 'elsewhere' }));
  differs(requestOf('https://a/'), requestOf('https://a/', { body: '{"x":1}' }));
  differs(requestOf('https://a/'), requestOf('https://a/', { before: { url: 'https://a/', etag: '"1"' } }));
});

it('distinguishes generated content from given content', () => {
  differs(writeOf('.env', [{ generateBytes: 32 }]), writeOf('.env', [{ generateBytes: 16 }]));
  differs(writeOf('.env', [{ generateBytes: 32 }]), writeOf('.env', ['']));
});

it('ignores how a diff is displayed', () => {
  const change: WriteChange = writeOf('a', 'x');
  if (change.entry.type !== 'file') throw new Error('a file was expected');
  expect(digestOf({ ...change, entry: { ...change.entry, diff: ['+x'] } })).toBe(digestOf(change));
});

it('has a digest without secrets, because they could be guessed from it', () => {
  const holding = (value: string) => digestOf(writeOf('.env', ['A=', new Secret(value)]));
  expect(holding('hunter2')).toBe(holding('correct horse'));
});

it('distinguishes migrations by name and checksum', () => {
  differs(migrateOf('001.sql', 'select 1;'), migrateOf('002.sql', 'select 1;'));
  differs(migrateOf('001.sql', 'select 1;'), migrateOf('001.sql', 'select 2;'));
});

it('gives two changes of one file the same scope, and a change of its mode another', () => {
  expect(scopeOf(writeOf('a', 'x'))).toBe(scopeOf(writeOf('a', 'y', { was: 'z' })));
  const mode: Change = {
    kind: 'write',
    path: 'a',
    entry: { type: 'mode', mode: 0o600 },
    before: fileOf('x'),
  };
  expect(scopeOf(mode)).not.toBe(scopeOf(writeOf('a', 'x')));
});

it('is irreversible if no backup is kept', () => {
  expect(isReversible(writeOf('a', 'x', { was: 'y' }))).toBe(true);
  expect(isReversible({ kind: 'write', path: 'a', entry: { type: 'directory' }, before: absent })).toBe(true);
  expect(isReversible({ kind: 'move', from: 'a', to: 'b', before: fileOf('x') })).toBe(true);
  expect(isReversible(writeOf('.env', 'x', { confidential: true }))).toBe(false);
  for (const change of [commandOf(['docker', 'up']), migrateOf('001.sql', ''), requestOf('https://a/')]) {
    expect(isReversible(change)).toBe(false);
  }
});
