import { expect, it } from 'vitest';
import { dumps, makesDump } from '../../src/argv/dump.ts';
import type { Command } from '../../src/domain/shell-script.ts';

const container = { in: 'container', container: 'postgres-erp', user: 'erp', database: 'a shop' } as const;
const words = { before: '', after: '', entries: '' };
const recorded = ({ argv }: Command) => `command:production:${argv.join(' ')}`;

it('finds the command that makes a dump in a journal, wherever its programs run', () => {
  expect(makesDump(recorded(dumps.make(container, 'd')))).toBe(true);
  expect(makesDump(recorded(dumps.make({ in: 'environment' }, 'd')))).toBe(true);
});

it('finds it in a journal of an earlier version, which recorded the script itself', () => {
  const script = 'set -eu\nd=$1\npg pg_dump --no-password --format=custom >"$f.part" </dev/null';
  expect(makesDump(`command:here:/bin/sh -c ${script} dump .erp-deploy/dumps `)).toBe(true);
});

it('takes no other command of a dump for it', () => {
  const others = [
    dumps.list(container, 'd'),
    dumps.readBack(container, 'd'),
    dumps.restore(container, 'make', words),
  ];
  expect(others.map(recorded).filter(makesDump)).toEqual([]);
});
