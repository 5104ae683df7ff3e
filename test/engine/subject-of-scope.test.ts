import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dumps } from '../../src/argv/dump.ts';
import { type Change, scopeOf, subjectOf } from '../../src/domain/change.ts';
import type { Command } from '../../src/domain/shell-script.ts';
import { subjectOfScope } from '../../src/engine/subject-of-scope.ts';
import { anyChange } from '../support/workspace/any-change.ts';

const container = { in: 'container', container: 'postgres-erp', user: 'erp', database: 'a shop' } as const;
const words = { before: '', after: '', entries: '' };
const purposeOf = ({ argv }: Command) => {
  const subject = subjectOfScope(`command:production:${argv.join(' ')}`);
  return subject?.kind === 'command' ? subject.purpose : null;
};

it('returns the subject of a scope as later versions record it', () => {
  const isClear = (change: Change) => {
    const texts =
      change.kind === 'write' ? [change.path] : change.kind === 'move' ? [change.from, change.to] : [];
    return texts.every((text) => text !== '' && !text.includes(':'));
  };
  fc.assert(
    fc.property(anyChange().filter(isClear), (change) => {
      expect(subjectOfScope(scopeOf(change))).toEqual(subjectOf(change));
    }),
  );
});

it('returns no subject for a scope of another form', () => {
  expect(['x', 'write:', 'sql:other:migrate:a', 'command:x'].map(subjectOfScope)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

it('recognizes the command that makes a dump, wherever its programs run', () => {
  expect(purposeOf(dumps.make(container, 'd'))).toBe('dump');
  expect(purposeOf(dumps.make({ in: 'environment' }, 'd'))).toBe('dump');
});

it('recognizes it in a journal of an earlier version, which contains the script', () => {
  const script = 'set -eu\nd=$1\npg pg_dump --no-password --format=custom >"$f.part" </dev/null';
  expect(purposeOf({ argv: ['/bin/sh', '-c', `${script} dump .erp-deploy/dumps `] })).toBe('dump');
});

it('recognizes the comparison of a dump, which belongs to no rollout', () => {
  expect(subjectOfScope('command:here:compare 20261122T090000Z.dump in a scratch database')).toMatchObject({
    purpose: 'compare-dump',
  });
});

it('does not recognize other commands about a dump', () => {
  const others = [
    dumps.list(container, 'd'),
    dumps.readBack(container, 'd'),
    dumps.restore(container, 'make', words),
  ];
  expect(others.map(purposeOf)).toEqual([undefined, undefined, undefined]);
});
