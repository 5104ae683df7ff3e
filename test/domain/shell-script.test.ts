import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { asTyped, type Command, namedBy, scriptCommand, sentText } from '../../src/domain/shell-script.ts';
import { showPlanned } from '../../src/domain/show-change.ts';
import { exact } from '../support/program/tiny-steps.ts';
import { commandOf } from '../support/workspace/changes.ts';

const file =
  '#!/bin/sh\n# Prints its arguments.\nmain() {\n\n  # The name comes first.\n  echo "$0: $*"\n  cat\n}\nmain "$@"\n';
const sent = 'main() {\n  echo "$0: $*"\n  cat\n}\nmain "$@"';

function printedBy({ argv: [program, ...words], input = '' }: Command): string {
  return execFileSync(program, words, { encoding: 'utf8', input });
}

it('is sent without its comments', () => {
  expect(sentText(file)).toBe(sent);
});

it('does the same when its displayed form is pasted', () => {
  const command = scriptCommand('a script', file, ["it's", 'here']);
  const { argv, data } = asTyped(command);
  expect(argv).toEqual(['/bin/sh', '-c', sent, 'a script', "it's", 'here']);
  expect(data).toBe('');
  expect(printedBy({ argv })).toBe(printedBy(command));
});

it('is described by its name and its arguments', () => {
  expect(namedBy(scriptCommand('a.sh', file, ['two words']).argv)).toEqual(['a.sh', 'two words']);
  expect(namedBy(['docker', 'ps'])).toEqual(['docker', 'ps']);
});

it('is shown before the change, with its stdin', () => {
  const { argv, input } = scriptCommand('a.sh', file, []);
  const { lines } = showPlanned(exact({ ...commandOf(argv), input: `${input}data`, summary: 'print' }));
  expect(lines).toEqual([...`/bin/sh -c '${sent}' a.sh`.split('\n'), 'data']);
});
